using System.Text.Json;
using Backup.Sidecar.Jobs;

namespace Backup.Sidecar.Tests.Hosting;

/// <summary>An application that was asked to hold still is told to go on, whatever happens to the job and the service.</summary>
public sealed class QuietTests
{
    private const string Quiesce = "POST /backup/quiesce";
    private const string Resume = "POST /backup/resume";
    private const string Payload = """{"payload":{"name":"a","text":"x"}}""";
    private const string Export = """{"export":{"application":"shop"}}""";

    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task A_job_that_fails_after_a_restart_resumes_what_its_earlier_run_quiesced()
    {
        using var folder = new TempFolder();
        var place = new ServiceFolder(folder);
        await using SampleApplication application = await SampleApplication.StartAsync();
        BackupJob left = await LeaveAsync(place, attempts: 1);
        Dictionary<string, string?> settings = With(application);
        settings["Backup:Repositories:main:Password"] = "another one";

        await using RunningService service = await RunningService.StartAsync(place, settings);
        JsonElement end = await service.EndOfAsync(left.Id);

        Assert.Equal("failed", end.GetProperty("state").GetString());
        Assert.False(end.TryGetProperty("quiesced", out _));
        Assert.Equal([Resume], application.Calls);
    }

    [Fact]
    public async Task A_job_that_is_cancelled_after_a_restart_has_been_resumed()
    {
        using var folder = new TempFolder();
        var place = new ServiceFolder(folder);
        await using SampleApplication application = await SampleApplication.StartAsync();
        BackupJob left = await LeaveAsync(place, attempts: 1);
        Dictionary<string, string?> settings = With(application);
        settings["Backup:Workers"] = "1";

        await using RunningService service = await RunningService.StartAsync(place, settings, new WaitingExecutor());
        ServiceReply reply = await service.DeleteAsync($"/v1/jobs/{left.Id}"); // over at once, or when the application has answered
        JsonElement end = await service.EndOfAsync(left.Id);

        Assert.True(reply.Status is 200 or 202);
        Assert.Equal("cancelled", end.GetProperty("state").GetString());
        Assert.Equal([Resume], application.Calls);
    }

    [Fact]
    public async Task A_job_that_is_given_up_has_been_resumed()
    {
        using var folder = new TempFolder();
        var place = new ServiceFolder(folder);
        await using SampleApplication application = await SampleApplication.StartAsync();
        BackupJob left = await LeaveAsync(place, attempts: 5);

        await using RunningService service = await RunningService.StartAsync(place, With(application));
        JsonElement end = await service.EndOfAsync(left.Id);

        Assert.Equal("Interrupted", end.GetProperty("error").GetProperty("errorId").GetString());
        Assert.Contains("5 times", end.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal([Resume], application.Calls);
    }

    [Fact]
    public async Task An_application_that_can_not_be_resumed_at_once_is_resumed_soon()
    {
        var time = new FakeTime();
        await using SampleApplication application = await SampleApplication.StartAsync();
        int refused = 0;
        application.Answer = context => RefuseAsync(context, "/backup/resume", () => Interlocked.Increment(ref refused) <= 2);
        await using RunningService service = await RunningService.StartAsync(With(application), time: time);

        JsonElement job = await RunAsync(service, time, Offline(Payload));

        Assert.Equal("succeeded", job.GetProperty("state").GetString());
        Assert.False(job.TryGetProperty("quiesced", out _));
        Assert.Equal([Quiesce, Resume, Resume, Resume], application.Calls);
    }

    [Fact]
    public async Task An_application_that_can_not_be_resumed_at_all_is_told_of_by_the_job()
    {
        var time = new FakeTime();
        await using SampleApplication application = await SampleApplication.StartAsync();
        application.Answer = context => RefuseAsync(context, "/backup/resume", () => true);
        await using RunningService service = await RunningService.StartAsync(With(application), time: time);

        JsonElement job = await RunAsync(service, time, Offline(Payload));

        Assert.Equal("failed", job.GetProperty("state").GetString());
        Assert.Equal("shop", job.GetProperty("quiesced").GetString());
        Assert.Equal("QuiesceFailed", job.GetProperty("error").GetProperty("errorId").GetString());
        Assert.Contains("may still hold still", job.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(1, job.GetProperty("result").GetProperty("snapshots").GetArrayLength());
        Assert.Equal(6, application.Calls.Count(call => call == Resume));
    }

    [Fact]
    public async Task What_could_not_be_resumed_before_the_service_ended_is_resumed_at_the_next_start()
    {
        using var folder = new TempFolder();
        var place = new ServiceFolder(folder);
        await using SampleApplication application = await SampleApplication.StartAsync();
        application.Answer = async context =>
        {
            if (context.Request.Path == "/backup/export")
            {
                _begun.TrySetResult();
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            return await RefuseAsync(context, "/backup/resume", () => true);
        };
        Dictionary<string, string?> settings = With(application);
        settings["Backup:GracePeriod"] = "0s";
        string id;
        await using (RunningService first = await RunningService.StartAsync(place, settings))
        {
            id = await AcceptAsync(first, Offline(Export));
            await _begun.Task;
        }

        application.Answer = _ => Task.FromResult(false);
        application.Calls.Clear();
        await using RunningService second = await RunningService.StartAsync(place, settings);
        JsonElement end = await second.EndOfAsync(id);

        Assert.Equal("succeeded", end.GetProperty("state").GetString());
        Assert.Equal([Resume, Quiesce, "GET /backup/export", Resume], application.Calls);
    }

    [Fact]
    public async Task Sources_of_an_offline_backup_are_of_one_moment()
    {
        await using SampleApplication application = await SampleApplication.StartAsync();
        await using RunningService service = await RunningService.StartAsync(With(application));

        JsonElement job = await service.RunAsync(Offline($"{Payload},{Export},{Payload.Replace("\"a\"", "\"b\"", StringComparison.Ordinal)}"));

        Assert.Equal("succeeded", job.GetProperty("state").GetString());
        Assert.Equal(3, job.GetProperty("result").GetProperty("snapshots").GetArrayLength());
        Assert.Equal([Quiesce, "GET /backup/export", Resume], application.Calls);
    }

    [Fact]
    public async Task An_offline_backup_that_was_interrupted_between_two_sources_begins_with_the_first_again()
    {
        using var folder = new TempFolder();
        var place = new ServiceFolder(folder);
        await using SampleApplication application = await SampleApplication.StartAsync();
        application.StallAt("/backup/export", _begun);
        Dictionary<string, string?> settings = With(application);
        settings["Backup:GracePeriod"] = "0s";
        string id;
        await using (RunningService first = await RunningService.StartAsync(place, settings))
        {
            id = await AcceptAsync(first, Offline($"{Payload},{Export}"));
            await _begun.Task;
        }

        string[] earlier = Snapshots(place);
        application.Answer = _ => Task.FromResult(false);
        await using RunningService second = await RunningService.StartAsync(place, settings);
        JsonElement end = await second.EndOfAsync(id);

        string?[] made = [.. end.GetProperty("result").GetProperty("snapshots").EnumerateArray().Select(snapshot => snapshot.GetProperty("id").GetString())];
        Assert.NotEmpty(earlier);
        Assert.Empty(earlier.Intersect(made));
        Assert.Equal(made.Order(), Snapshots(place).Order());
        Assert.Equal([Quiesce, "GET /backup/export", Resume, Quiesce, "GET /backup/export", Resume], application.Calls);
    }

    [Fact]
    public async Task Two_jobs_of_one_application_do_not_resume_it_under_each_other()
    {
        await using SampleApplication application = await SampleApplication.StartAsync();
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        application.Answer = async context =>
        {
            if (context.Request.Path == "/backup/export" && _begun.TrySetResult())
            {
                await goOn.Task;
            }

            return false;
        };
        await using RunningService service = await RunningService.StartAsync(With(application));
        string first = await AcceptAsync(service, Offline(Export));
        await _begun.Task;
        string second = await AcceptAsync(service, Offline(Payload));
        await DaprService.UntilAsync(() => service.Book.Active(second).Job.Progress is not null); // its backup has begun, as far as it may

        goOn.SetResult();
        JsonElement[] ends = [await service.EndOfAsync(first), await service.EndOfAsync(second)];

        Assert.All(ends, end => Assert.Equal("succeeded", end.GetProperty("state").GetString()));
        Assert.Equal([Quiesce, "GET /backup/export", Resume, Quiesce, Resume], application.Calls);
    }

    /// <summary>Leaves a job as a process does that was killed while an application held still for it.</summary>
    private static async Task<BackupJob> LeaveAsync(ServiceFolder place, int attempts)
    {
        var job = new BackupJob
        {
            Id = "0123456789abcdef0123456789abcdef",
            State = JobState.Running,
            Operation = JobOperation.Backup,
            Repository = "main",
            Attempts = attempts,
            Quiesced = "shop",
            Request = new JobRequest
            {
                Operation = JobOperation.Backup,
                Backup = new BackupRequest
                {
                    Sources = [new SourceRequest { Payload = new PayloadRequest { Name = "a", Text = "x" } }],
                    Method = Engine.BackupMethod.Offline,
                    Application = "shop",
                },
            },
        };
        await using SqliteJobJournal journal = SqliteJobJournal.Open(place.Data);
        return await journal.AddAsync(job, CancellationToken.None);
    }

    private static async Task<bool> RefuseAsync(Microsoft.AspNetCore.Http.HttpContext context, string path, Func<bool> isRefused)
    {
        bool isNow = context.Request.Path == path && isRefused();
        context.Response.StatusCode = isNow ? 503 : 200;
        await Task.CompletedTask;
        return isNow;
    }

    /// <summary>Runs a job while its clock goes on.</summary>
    private static async Task<JsonElement> RunAsync(RunningService service, FakeTime time, string request)
    {
        Task<JsonElement> running = service.RunAsync(request);
        await DaprService.UntilAsync(() =>
        {
            time.Advance(TimeSpan.FromMilliseconds(100));
            return running.IsCompleted;
        });
        return await running;
    }

    private static string[] Snapshots(ServiceFolder place) =>
        [.. Directory.GetFiles(Path.Combine(place.Repository, "snapshots")).Select(file => Path.GetFileName(file))];

    private static string Offline(string sources) => $$$"""{"backup":{"sources":[{{{sources}}}],"method":"offline","application":"shop"}}""";

    private static async Task<string> AcceptAsync(RunningService service, string request) =>
        (await service.PostAsync("/v1/jobs", request)).Expect(202).Json.GetProperty("id").GetString() ?? "";

    private static Dictionary<string, string?> With(SampleApplication application) => new()
    {
        ["Backup:Applications:shop:Url"] = application.Url,
        ["Backup:Applications:shop:Timeout"] = "7d", // clocks of tests go fast
    };
}
