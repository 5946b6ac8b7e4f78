using System.Text.Json;
using Backup.Sidecar.Jobs;

namespace Backup.Sidecar.Tests.Hosting;

/// <summary>An application that stops answering keeps neither a worker nor the end of the service.</summary>
public sealed class StallTests
{
    private const string Export = """{"backup":{"sources":[{"export":{"application":"shop"}}]}}""";

    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Theory]
    [InlineData("/backup/manifest", """{"backup":{"sources":[{"files":{"application":"shop"}}]}}""")]
    [InlineData("/backup/export", Export)]
    [InlineData("/backup/quiesce", """{"backup":{"sources":[{"payload":{"name":"a","text":"x"}}],"method":"offline","application":"shop"}}""")]
    public async Task An_application_that_does_not_answer_is_given_up(string path, string request)
    {
        await using SampleApplication application = await SampleApplication.StartAsync();
        application.StallAt(path, _begun);
        await using RunningService service = await RunningService.StartAsync(With(application, "Timeout", "1s"));

        JsonElement job = await service.RunAsync(request);

        Assert.Equal("failed", job.GetProperty("state").GetString());
        Assert.Contains("1 seconds", job.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.True(_begun.Task.IsCompleted);
    }

    [Fact]
    public async Task An_export_that_stalls_is_given_up_and_makes_no_snapshot()
    {
        await using SampleApplication application = await SampleApplication.StartAsync();
        application.StallAt("/backup/export", _begun, new byte[100]);
        await using RunningService service = await RunningService.StartAsync(With(application, "StallTimeout", "1s"));

        JsonElement job = await service.RunAsync(Export);

        Assert.Equal("failed", job.GetProperty("state").GetString());
        Assert.Contains("neither sent nor took", job.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(0, (await service.GetAsync("/v1/repositories/main/snapshots")).Json.GetProperty("snapshots").GetArrayLength());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_import_that_is_not_taken_or_not_answered_is_given_up(bool isTaken)
    {
        await using SampleApplication application = await SampleApplication.StartAsync();
        byte[] content = System.Security.Cryptography.RandomNumberGenerator.GetBytes(isTaken ? 1000 : 32 * 1024 * 1024);
        application.Answer = async context =>
        {
            await context.Response.Body.WriteAsync(content);
            return true;
        };
        await using RunningService service = await RunningService.StartAsync(With(application, "StallTimeout", "1s"));
        await service.RunAsync(Export);
        application.StallAt("/backup/import", _begun);

        JsonElement job = await service.RunAsync("""{"restore":{"import":{"application":"shop"}}}""");

        Assert.Equal("failed", job.GetProperty("state").GetString());
        Assert.Contains("neither sent nor took", job.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_job_that_reads_a_stalled_export_can_be_cancelled()
    {
        await using SampleApplication application = await SampleApplication.StartAsync();
        application.StallAt("/backup/export", _begun, new byte[100]);
        await using RunningService service = await RunningService.StartAsync(With(application, "StallTimeout", "7d"));
        string id = await AcceptAsync(service);
        await _begun.Task;

        (await service.DeleteAsync($"/v1/jobs/{id}")).Expect(202);
        JsonElement end = await service.EndOfAsync(id).WaitAsync(TimeSpan.FromMinutes(1));

        Assert.Equal("cancelled", end.GetProperty("state").GetString());
    }

    [Fact]
    public async Task A_stalled_export_does_not_keep_the_service_from_ending_nor_leaves_a_lock()
    {
        using var folder = new TempFolder();
        var place = new ServiceFolder(folder);
        await using SampleApplication application = await SampleApplication.StartAsync();
        application.StallAt("/backup/export", _begun, new byte[100]);
        var settings = With(application, "StallTimeout", "7d");
        settings["Backup:GracePeriod"] = "0s";
        await using RunningService service = await RunningService.StartAsync(place, settings);
        string id = await AcceptAsync(service);
        await _begun.Task;

        await service.StopAsync().WaitAsync(TimeSpan.FromMinutes(1));

        await using SqliteJobJournal journal = SqliteJobJournal.Open(place.Data);
        Assert.Equal(JobState.Queued, (await journal.FindAsync(id, CancellationToken.None))?.State);
        Assert.Empty(Directory.GetFiles(Path.Combine(place.Repository, "locks")));
    }

    [Fact]
    public async Task A_job_that_does_not_stop_at_all_is_left_and_taken_up_at_the_next_start()
    {
        using var folder = new TempFolder();
        var place = new ServiceFolder(folder);
        var time = new FakeTime();
        var stubborn = new StubbornExecutor();
        string id;
        await using (RunningService first = await RunningService.StartAsync(place, executor: stubborn, time: time))
        {
            id = await AcceptAsync(first, """{"backup":{"sources":[{"payload":{"name":"a","text":"x"}}]}}""");
            await stubborn.Begun;

            Task stopping = first.StopAsync();
            await DaprService.UntilAsync(() =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return stopping.IsCompleted;
            });
            await stopping;
        }

        await using RunningService second = await RunningService.StartAsync(place);
        JsonElement end = await second.EndOfAsync(id);

        Assert.True(stubborn.Interrupted.IsCompleted);
        Assert.Equal("succeeded", end.GetProperty("state").GetString());
        Assert.Equal(2, end.GetProperty("attempts").GetInt32());
    }

    private static async Task<string> AcceptAsync(RunningService service, string request = Export) =>
        (await service.PostAsync("/v1/jobs", request)).Expect(202).Json.GetProperty("id").GetString() ?? "";

    private static Dictionary<string, string?> With(SampleApplication application, string setting, string value) => new()
    {
        ["Backup:Applications:shop:Url"] = application.Url,
        [$"Backup:Applications:shop:{setting}"] = value,
    };
}
