using System.Text.Json;

namespace Backup.Sidecar.Tests.Hosting;

/// <summary>Accepting, following, listing and cancelling jobs.</summary>
public sealed class JobLifeTests
{
    private const string Request = """{"operation":"check"}""";

    private static readonly Dictionary<string, string?> OneWorker = new() { ["Backup:Workers"] = "1", ["Backup:GracePeriod"] = "0s" };

    [Fact]
    public async Task The_same_key_is_the_same_job_and_another_request_with_it_is_refused()
    {
        await using RunningService service = await RunningService.StartAsync(OneWorker, new WaitingExecutor());

        ServiceReply first = (await service.PostAsync("/v1/jobs", Request, ("Idempotency-Key", "k1"))).Expect(202);
        ServiceReply second = (await service.PostAsync("/v1/jobs", Request, ("Idempotency-Key", "k1"))).Expect(200);
        ServiceReply third = (await service.PostAsync("/v1/jobs", """{"operation":"check","operationId":"k1"}""")).Expect(200);
        ServiceReply other = await service.PostAsync("/v1/jobs", """{"operation":"check","operationId":"k1","check":{"readData":true}}""");

        string id = first.Json.GetProperty("id").GetString() ?? "";
        Assert.Equal($"/v1/jobs/{id}", first.Headers.Location?.ToString());
        Assert.Equal(id, second.Json.GetProperty("id").GetString());
        Assert.Equal(id, third.Json.GetProperty("id").GetString());
        other.ExpectProblem(409, "IdempotencyConflict");
    }

    [Fact]
    public async Task Events_tell_of_a_job_from_its_state_now_to_its_end()
    {
        var executor = new WaitingExecutor();
        await using RunningService service = await RunningService.StartAsync(OneWorker, executor);
        string id = (await service.PostAsync("/v1/jobs", Request)).Json.GetProperty("id").GetString() ?? "";
        await executor.WhenBegunAsync();

        Task<IReadOnlyList<(string Name, JsonElement Job)>> following = service.EventsOfAsync(id);
        executor.Permit(1);
        IReadOnlyList<(string Name, JsonElement Job)> events = await following;
        IReadOnlyList<(string Name, JsonElement Job)> late = await service.EventsOfAsync(id);

        Assert.Equal("job", events[0].Name);
        Assert.Equal("succeeded", events[^1].Job.GetProperty("state").GetString());
        Assert.Equal("succeeded", Assert.Single(late).Job.GetProperty("state").GetString());
    }

    [Fact]
    public async Task A_running_job_shows_its_progress_and_can_be_cancelled()
    {
        var stopping = new TaskCompletionSource();
        var executor = new WaitingExecutor { Stopping = stopping.Task };
        await using RunningService service = await RunningService.StartAsync(OneWorker, executor);
        string id = (await service.PostAsync("/v1/jobs", Request)).Json.GetProperty("id").GetString() ?? "";
        await executor.WhenBegunAsync();

        JsonElement running = (await service.GetAsync($"/v1/jobs/{id}")).Expect(200).Json;
        (await service.DeleteAsync($"/v1/jobs/{id}")).Expect(202);
        stopping.SetResult();
        JsonElement end = await service.EndOfAsync(id);

        Assert.Equal("running", running.GetProperty("state").GetString());
        Assert.Equal("waiting", running.GetProperty("progress").GetProperty("phase").GetString());
        Assert.Equal("cancelled", end.GetProperty("state").GetString());
        Assert.Empty(executor.Done);
        (await service.DeleteAsync($"/v1/jobs/{id}")).Expect(200);
    }

    [Fact]
    public async Task A_waiting_job_that_is_cancelled_never_begins()
    {
        var executor = new WaitingExecutor();
        await using RunningService service = await RunningService.StartAsync(OneWorker, executor);
        string first = (await service.PostAsync("/v1/jobs", Request)).Json.GetProperty("id").GetString() ?? "";
        await executor.WhenBegunAsync();
        string second = (await service.PostAsync("/v1/jobs", Request)).Json.GetProperty("id").GetString() ?? "";

        JsonElement cancelled = (await service.DeleteAsync($"/v1/jobs/{second}")).Expect(200).Json;
        executor.Permit(2);
        await service.EndOfAsync(first);
        string third = (await service.PostAsync("/v1/jobs", Request)).Json.GetProperty("id").GetString() ?? "";
        await service.EndOfAsync(third);

        Assert.Equal("cancelled", cancelled.GetProperty("state").GetString());
        Assert.Equal([first, third], executor.Begun);
        Assert.Equal(0, service.Book.Queued);
    }

    [Fact]
    public async Task Jobs_are_listed_newest_first_and_chosen_by_state()
    {
        var executor = new WaitingExecutor();
        await using RunningService service = await RunningService.StartAsync(OneWorker, executor);
        string first = (await service.PostAsync("/v1/jobs", Request)).Json.GetProperty("id").GetString() ?? "";
        executor.Permit(1);
        await service.EndOfAsync(first);
        string second = (await service.PostAsync("/v1/jobs", Request)).Json.GetProperty("id").GetString() ?? "";

        JsonElement all = (await service.GetAsync("/v1/jobs")).Expect(200).Json;
        JsonElement over = (await service.GetAsync("/v1/jobs?state=succeeded")).Expect(200).Json;
        JsonElement limited = (await service.GetAsync("/v1/jobs?limit=1")).Expect(200).Json;

        Assert.Equal([second, first], Ids(all));
        Assert.Equal([first], Ids(over));
        Assert.Equal([second], Ids(limited));
        (await service.GetAsync("/v1/jobs?state=9")).ExpectProblem(400, "InvalidRequest");
        (await service.GetAsync("/v1/jobs?limit=0")).ExpectProblem(400, "InvalidRequest");
        (await service.GetAsync("/v1/jobs/none")).ExpectProblem(404, "NotFound");

        static IEnumerable<string?> Ids(JsonElement list) => list.GetProperty("jobs").EnumerateArray().Select(job => job.GetProperty("id").GetString());
    }

    [Fact]
    public async Task No_more_jobs_wait_than_allowed()
    {
        var executor = new WaitingExecutor();
        await using RunningService service = await RunningService.StartAsync(
            new Dictionary<string, string?>(OneWorker) { ["Backup:MaxQueued"] = "1" }, executor);
        (await service.PostAsync("/v1/jobs", Request)).Expect(202);
        await executor.WhenBegunAsync();

        (await service.PostAsync("/v1/jobs", Request)).Expect(202);
        ServiceReply tooMany = await service.PostAsync("/v1/jobs", Request);

        tooMany.ExpectProblem(503, "Busy");
        Assert.NotNull(tooMany.Headers.RetryAfter);
    }

    [Fact]
    public async Task Many_requests_at_once_are_all_accepted_once()
    {
        var executor = new WaitingExecutor();
        await using RunningService service = await RunningService.StartAsync(OneWorker, executor);

        ServiceReply[] replies = await Task.WhenAll(Enumerable.Range(0, 200).Select(i =>
            service.PostAsync("/v1/jobs", Request, ("Idempotency-Key", $"k{i % 100}"))));
        executor.Permit(200);
        foreach (string id in replies.Select(reply => reply.Json.GetProperty("id").GetString() ?? "").Distinct())
        {
            await service.EndOfAsync(id);
        }

        Assert.Equal(100, replies.Count(reply => reply.Status == 202));
        Assert.Equal(100, replies.Count(reply => reply.Status == 200));
        Assert.Equal(100, executor.Done.Distinct().Count());
        Assert.Equal(100, executor.Done.Count);
    }
}
