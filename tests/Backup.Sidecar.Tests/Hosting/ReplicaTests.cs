using System.Text.Json;
using Backup.Sidecar.Jobs;
using Backup.TestKit.Dapr;

namespace Backup.Sidecar.Tests.Hosting;

/// <summary>Two replicas of the service share a topic and a state store.</summary>
public sealed class ReplicaTests
{
    private const string Check = """{"repository":"main"}""";

    private static readonly Dictionary<string, string?> Settings = new()
    {
        ["Backup:Dapr:ClaimStore"] = "backup-state",
        ["Backup:Dapr:LeaseTime"] = "1s",
        ["Backup:Workers"] = "1",
    };

    private readonly StateBacking _backing = new();

    [Fact]
    public async Task Of_two_replicas_that_got_the_same_request_one_does_it()
    {
        var executor = new WaitingExecutor();
        executor.Permit(100);
        await using DaprService one = await StartAsync(executor);
        await using DaprService two = await StartAsync(executor);

        for (int i = 0; i < 10; i++)
        {
            await one.PublishAsync("check.requested", Check, $"e{i}");
            await two.PublishAsync("check.requested", Check, $"e{i}");
        }

        IReadOnlyList<BackupJob> jobs = [.. await one.SettleAsync(), .. await two.SettleAsync()];

        Assert.Equal(10, jobs.Count);
        Assert.Equal(10, executor.Done.Count);
        Assert.Equal(10, executor.Done.Distinct().Count());
        Assert.All(jobs, job => Assert.Equal(JobState.Succeeded, job.State));
        Assert.All(jobs, job => Assert.Single(Ends(one).Concat(Ends(two)), job.Id));
    }

    [Fact]
    public async Task A_job_is_known_to_every_replica_and_cancelled_where_it_is()
    {
        var executor = new WaitingExecutor();
        await using DaprService one = await StartAsync(executor);
        await using DaprService two = await StartAsync(executor);
        string id = await AcceptAsync(one, "k");
        await executor.WhenBegunAsync();

        ServiceReply again = (await two.Service.PostAsync("/v1/jobs", """{"operation":"check"}""", ("Idempotency-Key", "k"))).Expect(200);
        ServiceReply other = await two.Service.PostAsync("/v1/jobs", """{"operation":"check","check":{"readData":true}}""", ("Idempotency-Key", "k"));
        ServiceReply cancelled = await two.Service.DeleteAsync($"/v1/jobs/{id}");
        Task<JsonElement> following = two.Service.EndOfAsync(id);
        executor.Permit(1);
        JsonElement end = await following;

        Assert.Equal(id, again.Json.GetProperty("id").GetString());
        other.ExpectProblem(409, "IdempotencyConflict");
        cancelled.ExpectProblem(409, "OtherReplica");
        Assert.Equal("succeeded", end.GetProperty("state").GetString());
        (await two.Service.GetAsync("/v1/jobs/0123456789abcdef0123456789abcdef")).ExpectProblem(404, "NotFound");
    }

    [Fact]
    public async Task A_replica_that_stops_leaves_its_jobs_to_the_others()
    {
        var stuck = new WaitingExecutor();
        var executor = new WaitingExecutor();
        executor.Permit(10);
        DaprService one = await StartAsync(stuck, new Dictionary<string, string?>(Settings) { ["Backup:GracePeriod"] = "0s" });
        await using DaprService two = await StartAsync(executor);
        string[] ids = [await AcceptAsync(one, "a"), await AcceptAsync(one, "b"), await AcceptAsync(one, "c")];
        await stuck.WhenBegunAsync();

        await one.DisposeAsync();
        await WhenDoneAsync(two, ids);

        Assert.Equal(ids.Order(), executor.Done.Order());
        Assert.Empty(stuck.Done);
        BackupJob begunTwice = await two.Service.Book.FindAsync(ids[0], CancellationToken.None);
        Assert.Equal((JobState.Succeeded, 2), (begunTwice.State, begunTwice.Attempts));
    }

    [Fact]
    public async Task A_replica_that_others_think_dead_stops_its_run_and_nothing_comes_of_it()
    {
        var first = new StubbornExecutor();
        var second = new WaitingExecutor();
        second.Permit(10);
        await using DaprService one = await StartAsync(first);
        await using DaprService two = await StartAsync(second);
        string[] ids = [await AcceptAsync(one, "a"), await AcceptAsync(one, "b")];
        await first.Begun;

        StateStoreDouble store = one.Dapr.StateStores["backup-state"];
        one.Dapr.StateStores.Remove("backup-state"); // it can't be heard any more
        await WhenDoneAsync(two, ids);
        await first.Interrupted;
        one.Dapr.StateStores["backup-state"] = store;
        first.Finish();
        await first.Withdrawn;
        await AcceptAsync(one, "c"); // it works again

        Assert.Equal(ids.Order(), second.Done.Order());
        Assert.All(ids, id => Assert.DoesNotContain(id, Ends(one)));
        Assert.All(ids, id => Assert.Single(Ends(two), id));
        Assert.Equal(JobState.Succeeded, (await one.Service.Book.FindAsync(ids[0], CancellationToken.None)).State);
    }

    [Fact]
    public async Task Without_the_state_store_no_request_is_accepted()
    {
        await using DaprService one = await DaprService.StartAsync(Settings, new WaitingExecutor(), prepare: dapr => dapr.StateStores.Clear());

        ServiceReply reply = await one.Service.PostAsync("/v1/jobs", """{"operation":"check"}""");

        reply.ExpectProblem(503, "Busy");
    }

    private Task<DaprService> StartAsync(IJobExecutor executor, Dictionary<string, string?>? settings = null) =>
        DaprService.StartAsync(settings ?? Settings, executor, prepare: dapr => dapr.StateStores["backup-state"] = new StateStoreDouble(_backing));

    private static async Task<string> AcceptAsync(DaprService service, string key)
    {
        ServiceReply reply = (await service.Service.PostAsync("/v1/jobs", """{"operation":"check"}""", ("Idempotency-Key", key))).Expect(202);
        return reply.Json.GetProperty("id").GetString() ?? "";
    }

    /// <summary>Waits until a replica has published the end of jobs.</summary>
    private static Task WhenDoneAsync(DaprService service, string[] ids) => service.Broker.WhenPublishedAsync(
        "backup-events", messages => !ids.Except(EndsIn(messages)).Any());

    /// <summary>Ids of jobs whose end a replica published, as often as it did.</summary>
    private static IReadOnlyList<string> Ends(DaprService service) => EndsIn(service.Broker.Messages("backup-events"));

    private static IReadOnlyList<string> EndsIn(IReadOnlyList<byte[]> messages) =>
    [
        .. messages.Select(message => JsonElement.Parse(message))
            .Where(message => message.GetProperty("type").GetString() is "check.completed" or "check.failed" or "check.cancelled")
            .Select(message => message.GetProperty("subject").GetString() ?? ""),
    ];
}
