using System.Text.Json;
using Backup.Sidecar.Dapr.Replicas;
using Backup.Sidecar.Jobs;
using Backup.TestKit.Dapr;

namespace Backup.Sidecar.Tests.Hosting;

/// <summary>Two replicas of the service share a topic and a state store.</summary>
public sealed class ReplicaTests
{
    private const string Check = """{"repository":"main"}""";

    private readonly SharedState _shared = new();

    [Fact]
    public async Task Of_two_replicas_that_got_the_same_request_one_does_it()
    {
        var executor = new WaitingExecutor();
        executor.Permit(100);
        await using DaprService one = await _shared.StartAsync(executor);
        await using DaprService two = await _shared.StartAsync(executor);

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
    public async Task A_job_is_known_to_every_replica_and_can_be_cancelled_through_each()
    {
        var executor = new WaitingExecutor();
        await using DaprService one = await _shared.StartAsync(executor);
        await using DaprService two = await _shared.StartAsync(executor);
        string id = await SharedState.AcceptAsync(one, "k");
        await executor.WhenBegunAsync();

        ServiceReply again = (await two.Service.PostAsync("/v1/jobs", """{"operation":"check"}""", ("Idempotency-Key", "k"))).Expect(200);
        ServiceReply other = await two.Service.PostAsync("/v1/jobs", """{"operation":"check","check":{"readData":true}}""", ("Idempotency-Key", "k"));
        (await two.Service.DeleteAsync($"/v1/jobs/{id}")).Expect(202);
        JsonElement end = await two.Service.EndOfAsync(id);

        Assert.Equal(id, again.Json.GetProperty("id").GetString());
        other.ExpectProblem(409, "IdempotencyConflict");
        Assert.Equal("cancelled", end.GetProperty("state").GetString());
        Assert.Empty(executor.Done);
        (await two.Service.DeleteAsync($"/v1/jobs/{id}")).Expect(200);
        (await two.Service.GetAsync("/v1/jobs/0123456789abcdef0123456789abcdef")).ExpectProblem(404, "NotFound");
    }

    [Fact]
    public async Task A_replica_that_stops_leaves_its_jobs_to_the_others()
    {
        var stuck = new WaitingExecutor();
        var executor = new WaitingExecutor();
        executor.Permit(10);
        DaprService one = await _shared.StartAsync(stuck, new Dictionary<string, string?>(SharedState.Settings) { ["Backup:GracePeriod"] = "0s" });
        await using DaprService two = await _shared.StartAsync(executor);
        string[] ids = [await SharedState.AcceptAsync(one, "a"), await SharedState.AcceptAsync(one, "b"), await SharedState.AcceptAsync(one, "c")];
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
        await using DaprService one = await _shared.StartAsync(first);
        await using DaprService two = await _shared.StartAsync(second);
        string[] ids = [await SharedState.AcceptAsync(one, "a"), await SharedState.AcceptAsync(one, "b")];
        await first.Begun;

        StateStoreDouble store = one.Dapr.StateStores["backup-state"];
        one.Dapr.StateStores.Remove("backup-state"); // it can't be heard any more
        await WhenDoneAsync(two, ids);
        await first.Interrupted;
        one.Dapr.StateStores["backup-state"] = store;
        first.Finish();
        await first.Withdrawn;
        await SharedState.AcceptAsync(one, "c"); // it works again

        Assert.Equal(ids.Order(), second.Done.Order());
        Assert.All(ids, id => Assert.DoesNotContain(id, Ends(one)));
        Assert.All(ids, id => Assert.Single(Ends(two), id));
        Assert.Equal(JobState.Succeeded, (await one.Service.Book.FindAsync(ids[0], CancellationToken.None)).State);
    }

    [Fact]
    public async Task Without_the_state_store_no_request_is_accepted()
    {
        await using DaprService one = await DaprService.StartAsync(SharedState.Settings, new WaitingExecutor(), prepare: dapr => dapr.StateStores.Clear());

        ServiceReply reply = await one.Service.PostAsync("/v1/jobs", """{"operation":"check"}""");

        reply.ExpectProblem(503, "Busy");
    }

    [Fact]
    public async Task A_wish_to_cancel_outlives_the_replica_that_has_the_job()
    {
        var stuck = new WaitingExecutor();
        var executor = new WaitingExecutor();
        var settings = new Dictionary<string, string?>(SharedState.Settings) { ["Backup:Dapr:LeaseTime"] = "3s" };
        await using DaprService one = await _shared.StartAsync(stuck, settings);
        await using DaprService two = await _shared.StartAsync(executor, settings);
        string id = await SharedState.AcceptAsync(one, "a");
        await stuck.WhenBegunAsync();

        one.Dapr.StateStores.Remove("backup-state"); // so it neither hears nor is heard
        (await two.Service.DeleteAsync($"/v1/jobs/{id}")).Expect(202);
        await WhenDoneAsync(two, [id]);

        Assert.Equal(JobState.Cancelled, (await two.Service.Book.FindAsync(id, CancellationToken.None)).State);
        Assert.Empty(executor.Begun);
    }

    [Fact]
    public async Task An_interrupted_job_goes_on_in_its_own_replica_when_the_state_store_is_back()
    {
        var executor = new WaitingExecutor();
        await using DaprService one = await _shared.StartAsync(executor);
        string id = await SharedState.AcceptAsync(one, "a");
        await executor.WhenBegunAsync();

        StateStoreDouble store = one.Dapr.StateStores["backup-state"];
        one.Dapr.StateStores.Remove("backup-state");
        await DaprService.UntilAsync(() => !one.Service.Book.IsActive(id));
        one.Dapr.StateStores["backup-state"] = store;
        await executor.WhenBegunAsync();
        executor.Permit(1);
        JsonElement end = await one.Service.EndOfAsync(id);

        Assert.Equal("succeeded", end.GetProperty("state").GetString());
        Assert.Equal([id, id], executor.Begun);
    }

    [Fact]
    public async Task Whoever_goes_away_while_a_request_is_accepted_has_asked_all_the_same()
    {
        var executor = new WaitingExecutor();
        executor.Permit(1);
        await using DaprService one = await _shared.StartAsync(executor);
        await DaprService.UntilAsync(() => one.Part<StateClaims>().IsHeld);
        one.Dapr.Faults.Add(FaultKind.Hold, path => path.EndsWith("SaveState", StringComparison.Ordinal), containing: "backup-job-");
        using var patience = new CancellationTokenSource();
        using var content = new StringContent("{\"operation\":\"check\"}", System.Text.Encoding.UTF8, "application/json");

        Task<HttpResponseMessage> asking = one.Service.Client.PostAsync("/v1/jobs", content, patience.Token);
        await DaprService.UntilAsync(() => !one.Dapr.Faults.IsPending);
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        one.Dapr.ReleaseHeld();
        await one.Broker.WhenPublishedAsync("backup-events", messages => EndsIn(messages).Count == 1);

        Assert.Equal(executor.Done, Ends(one));
    }

    [Fact]
    public async Task A_sign_of_life_that_gets_stuck_is_followed_by_another_before_others_think_the_replica_dead()
    {
        var time = new FakeTime();
        await using DaprService one = await _shared.StartAsync(new WaitingExecutor(), LongLease, time);
        StateClaims claims = one.Part<StateClaims>();
        ReplicaWatch watch = one.Background<ReplicaWatch>();
        await DaprService.UntilAsync(() => claims.IsHeld);

        one.Dapr.Faults.Add(FaultKind.Hold, containing: "backup-replica-");
        time.Advance(TimeSpan.FromSeconds(10));
        await DaprService.UntilAsync(() => !one.Dapr.Faults.IsPending);
        time.Advance(TimeSpan.FromSeconds(10));
        await DaprService.UntilAsync(() => watch.Silence == TimeSpan.Zero);
        time.Advance(TimeSpan.FromSeconds(15)); // 35 s after the first one; trust is 27 s

        Assert.True(claims.IsHeld);
        one.Dapr.ReleaseHeld();
    }

    [Fact]
    public async Task Requests_are_taken_as_soon_as_the_first_sign_of_life_is_there()
    {
        var time = new FakeTime(); // stands still: whoever waits for it waits for ever
        await using DaprService one = await DaprService.StartAsync(
            LongLease, new WaitingExecutor(), prepare: dapr => dapr.Faults.Add(FaultKind.Hold, containing: "backup-replica-"), time: time);
        Task<ServiceReply> asking = one.Service.PostAsync("/v1/jobs", "{\"policy\":\"none\"}");
        (await asking).ExpectProblem(404, "NotFound");
        asking = one.Service.PostAsync("/v1/jobs", "{\"operation\":\"check\"}");
        await DaprService.UntilAsync(() => one.Dapr.Calls.Count(path => path.EndsWith("GetState", StringComparison.Ordinal)) >= 19); // it has looked around

        one.Dapr.ReleaseHeld();
        string id = (await asking.WaitAsync(TimeSpan.FromMinutes(1))).Expect(202).Json.GetProperty("id").GetString() ?? "";

        (await one.Service.DeleteAsync($"/v1/jobs/{id}")).Expect(202);
        await one.Service.EndOfAsync(id);
    }

    [Fact]
    public async Task A_state_store_that_comes_late_is_found_within_a_second()
    {
        var time = new FakeTime();
        var executor = new WaitingExecutor();
        executor.Permit(1);
        await using DaprService one = await DaprService.StartAsync(LongLease, executor, prepare: dapr => dapr.StateStores.Clear(), time: time);
        Task<ServiceReply> asking = one.Service.PostAsync("/v1/jobs", "{\"operation\":\"check\"}");
        await DaprService.UntilAsync(() => one.Dapr.Calls.Any(path => path.EndsWith("SaveState", StringComparison.Ordinal)));

        one.Dapr.StateStores["backup-state"] = new StateStoreDouble(_shared.Backing);
        time.Advance(TimeSpan.FromSeconds(1));

        (await asking.WaitAsync(TimeSpan.FromMinutes(1))).Expect(202);
    }

    [Fact]
    public async Task A_claim_that_cannot_be_read_keeps_nobody_from_the_others()
    {
        var stuck = new WaitingExecutor();
        var executor = new WaitingExecutor();
        executor.Permit(10);
        using var folder = new TempFolder();
        var place = new ServiceFolder(folder);
        var noGrace = new Dictionary<string, string?>(SharedState.Settings) { ["Backup:GracePeriod"] = "0s" };
        await using DaprService two = await _shared.StartAsync(executor);
        string[] ids;
        await using (RunningService one = await RunningService.StartAsync(place, noGrace, stuck, environment: DaprService.EnvironmentOf(two.Dapr)))
        {
            ids = [await SharedState.AcceptAsync(one, "a"), await SharedState.AcceptAsync(one, "b"), await SharedState.AcceptAsync(one, "c")];
            await stuck.WhenBegunAsync();
            _shared.Backing.Write($"backup||backup-job-{ids[1]}", "{\"owner\":"u8.ToArray());
        }

        await WhenDoneAsync(two, [ids[0], ids[2]]);
        await using RunningService again = await RunningService.StartAsync(place, noGrace, executor, environment: DaprService.EnvironmentOf(two.Dapr));
        await SharedState.AcceptAsync(again, "d");

        Assert.DoesNotContain(ids[1], executor.Begun);
    }

    [Theory]
    [InlineData("backup-pubsub")]
    [InlineData("none")]
    public async Task What_is_over_is_on_no_list_of_open_jobs_though_it_is_asked_for_again(string pubSub)
    {
        var executor = new WaitingExecutor();
        executor.Permit(1);
        await using DaprService one = await _shared.StartAsync(executor, new Dictionary<string, string?>(SharedState.Settings) { ["Backup:Dapr:PubSub"] = pubSub });
        string id = await SharedState.AcceptAsync(one, "a");
        await one.Service.EndOfAsync(id);
        await DaprService.UntilAsync(() => Open().Count == 0);

        (await one.Service.PostAsync("/v1/jobs", "{\"operation\":\"check\"}", ("Idempotency-Key", "a"))).Expect(200);

        await DaprService.UntilAsync(() => Open().Count == 0);
        Assert.Contains(_shared.Backing.Keys, key => key.StartsWith("backup||backup-open-", StringComparison.Ordinal) && key.EndsWith(id[0])); // the list itself stays
    }

    [Fact]
    public async Task A_replica_that_shows_a_sign_of_life_while_it_is_struck_off_stays_on_the_list()
    {
        var settings = new Dictionary<string, string?>(SharedState.Settings) { ["Backup:GracePeriod"] = "0s" };
        await using DaprService two = await _shared.StartAsync(new WaitingExecutor(), settings);
        const string Silent = "0123456789abcdef0123456789abcdef";
        await DaprService.UntilAsync(() => two.Part<StateClaims>().IsHeld);
        _shared.Backing.Write($"backup||backup-replica-{Silent}", "run 1"u8.ToArray());
        await two.Part<StateTexts>().ChangeAsync("backup-replicas", names => names.Add(Silent), CancellationToken.None);
        Hold();

        await DaprService.UntilAsync(() => !two.Dapr.Faults.IsPending); // it is about to be struck off
        _shared.Backing.Write($"backup||backup-replica-{Silent}", "run 2"u8.ToArray());
        Hold();
        two.Dapr.ReleaseHeld();

        await DaprService.UntilAsync(() => !two.Dapr.Faults.IsPending); // it is about to be put back
        Assert.DoesNotContain(Silent, Replicas());
        Assert.NotNull(_shared.Backing.Read($"backup||backup-replica-{Silent}"));
        two.Dapr.ReleaseHeld();

        void Hold() => two.Dapr.Faults.Add(
            FaultKind.Hold, path => path.EndsWith("SaveState", StringComparison.Ordinal), containing: "backup-replicas");
    }

    private static Dictionary<string, string?> LongLease => new(SharedState.Settings) { ["Backup:Dapr:LeaseTime"] = "40s" };

    /// <summary>The jobs that are on a list of open ones.</summary>
    private IReadOnlyList<string> Open() =>
        [.. _shared.Backing.Keys.Where(key => key.StartsWith("backup||backup-open-", StringComparison.Ordinal)).SelectMany(Lines)];

    private string[] Replicas() => Lines("backup||backup-replicas");

    private string[] Lines(string key) =>
        System.Text.Encoding.UTF8.GetString(_shared.Backing.Read(key) ?? []).Split('\n', StringSplitOptions.RemoveEmptyEntries);

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
