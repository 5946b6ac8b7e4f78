using System.Text.Json;
using Backup.Sidecar.Jobs;
using Backup.Sidecar.Json;

namespace Backup.Sidecar.Tests.Hosting;

/// <summary>No accepted job is lost, however the service ends.</summary>
public sealed class RestartTests
{
    private const string Request = """{"backup":{"sources":[{"payload":{"name":"a","text":"x"}}]}}""";

    [Fact]
    public async Task Jobs_that_wait_or_run_when_the_service_stops_are_done_at_the_next_start()
    {
        using var folder = new TempFolder();
        var place = new ServiceFolder(folder);
        var executor = new WaitingExecutor();
        var noGrace = new Dictionary<string, string?> { ["Backup:GracePeriod"] = "0s", ["Backup:Workers"] = "1" };
        string[] ids;
        await using (RunningService first = await RunningService.StartAsync(place, noGrace, executor))
        {
            ids = [await AcceptAsync(first), await AcceptAsync(first), await AcceptAsync(first)];
            await executor.WhenBegunAsync();
        }

        await using RunningService second = await RunningService.StartAsync(place);
        JsonElement[] jobs = [await second.EndOfAsync(ids[0]), await second.EndOfAsync(ids[1]), await second.EndOfAsync(ids[2])];

        Assert.Equal([ids[0]], executor.Begun);
        Assert.All(jobs, job => Assert.Equal("succeeded", job.GetProperty("state").GetString()));
        Assert.Equal([2, 1, 1], jobs.Select(job => job.GetProperty("attempts").GetInt32()));
    }

    [Fact]
    public async Task A_job_that_was_running_when_the_process_died_is_begun_again()
    {
        using var folder = new TempFolder();
        var place = new ServiceFolder(folder);
        var job = new BackupJob
        {
            Id = "0123456789abcdef0123456789abcdef",
            State = JobState.Running,
            Operation = JobOperation.Backup,
            Repository = "main",
            Attempts = 1,
            Request = new JobRequest
            {
                Operation = JobOperation.Backup,
                Backup = new BackupRequest { Sources = [new SourceRequest { Payload = new PayloadRequest { Name = "a", Text = "x" } }] },
            },
        };
        await using (SqliteJobJournal journal = SqliteJobJournal.Open(place.Data))
        {
            await journal.AddAsync(job, CancellationToken.None);
        }

        await using RunningService service = await RunningService.StartAsync(place);
        JsonElement end = await service.EndOfAsync(job.Id);

        Assert.Equal("succeeded", end.GetProperty("state").GetString());
        Assert.Equal(2, end.GetProperty("attempts").GetInt32());
    }

    [Fact]
    public async Task A_backup_that_was_done_but_not_recorded_makes_no_second_snapshot()
    {
        using var folder = new TempFolder();
        var place = new ServiceFolder(folder);
        string id;
        await using (RunningService first = await RunningService.StartAsync(place))
        {
            id = await AcceptAsync(first);
            await first.EndOfAsync(id);
        }

        string snapshot;
        await using (SqliteJobJournal journal = SqliteJobJournal.Open(place.Data))
        {
            BackupJob job = await journal.FindAsync(id, CancellationToken.None) ?? throw new InvalidOperationException("The job is lost.");
            snapshot = job.Result?.Snapshots?[0].Id ?? "";
            JobRequest request = JsonSerializer.Deserialize(Request, ServiceJson.Default.JobRequest)! with { Operation = JobOperation.Backup, Repository = "main" };
            await journal.SaveAsync(job with { State = JobState.Running, Ended = null, Result = null, Request = request }, CancellationToken.None);
        }

        await using RunningService second = await RunningService.StartAsync(place);
        JsonElement end = await second.EndOfAsync(id);

        JsonElement snapshots = (await second.GetAsync("/v1/repositories/main/snapshots")).Expect(200).Json.GetProperty("snapshots");
        Assert.Equal("succeeded", end.GetProperty("state").GetString());
        Assert.Equal(2, end.GetProperty("attempts").GetInt32());
        Assert.Equal(snapshot, end.GetProperty("result").GetProperty("snapshots")[0].GetProperty("id").GetString());
        Assert.Equal(snapshot, Assert.Single(snapshots.EnumerateArray()).GetProperty("id").GetString());
    }

    [Fact]
    public async Task A_job_that_took_the_process_along_five_times_is_given_up()
    {
        using var folder = new TempFolder();
        var place = new ServiceFolder(folder);
        var job = new BackupJob
        {
            Id = "0123456789abcdef0123456789abcdef",
            State = JobState.Running,
            Operation = JobOperation.Check,
            Repository = "main",
            Attempts = 5,
            Request = new JobRequest { Operation = JobOperation.Check, Check = new CheckRequest() },
        };
        await using (SqliteJobJournal journal = SqliteJobJournal.Open(place.Data))
        {
            await journal.AddAsync(job, CancellationToken.None);
        }

        await using RunningService service = await RunningService.StartAsync(place);
        JsonElement end = (await service.GetAsync($"/v1/jobs/{job.Id}")).Expect(200).Json;

        Assert.Equal("failed", end.GetProperty("state").GetString());
        Assert.Equal("Interrupted", end.GetProperty("error").GetProperty("errorId").GetString());
    }

    [Fact]
    public async Task A_running_job_may_end_within_the_grace_period()
    {
        using var folder = new TempFolder();
        var place = new ServiceFolder(folder);
        var executor = new WaitingExecutor();
        await using RunningService service = await RunningService.StartAsync(place, null, executor);
        string id = await AcceptAsync(service);
        await executor.WhenBegunAsync();

        Task stopping = service.StopAsync();
        executor.Permit(1);
        await stopping;

        await using SqliteJobJournal journal = SqliteJobJournal.Open(place.Data);
        BackupJob? job = await journal.FindAsync(id, CancellationToken.None);
        Assert.Equal(JobState.Succeeded, job?.State);
        Assert.Empty(Directory.GetFiles(Path.Combine(place.Repository, "locks")));
    }

    [Fact]
    public async Task A_second_service_does_not_share_the_journal()
    {
        await using RunningService service = await RunningService.StartAsync();

        await Assert.ThrowsAsync<JournalException>(() => RunningService.StartAsync(service.Folder));
    }

    private static async Task<string> AcceptAsync(RunningService service) =>
        (await service.PostAsync("/v1/jobs", Request)).Expect(202).Json.GetProperty("id").GetString() ?? "";
}
