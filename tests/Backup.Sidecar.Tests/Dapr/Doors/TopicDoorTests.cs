using System.Text;
using System.Text.Json;
using Backup.Sidecar.Jobs;
using Backup.Sidecar.Tests.Hosting;
using Backup.TestKit.Dapr;

namespace Backup.Sidecar.Tests.Dapr.Doors;

/// <summary>Requests from a topic, and what is published about them.</summary>
public sealed class TopicDoorTests
{
    private const string Payload = """{"repository":"main","backup":{"sources":[{"payload":{"name":"a","text":"the content of it"}}]}}""";

    [Fact]
    public async Task A_published_request_is_done_and_its_events_tell_of_it()
    {
        await using DaprService dapr = await DaprService.StartAsync();

        await dapr.PublishAsync("backup.requested", Payload, "e1");
        BackupJob job = Assert.Single(await dapr.SettleAsync());
        await dapr.Service.StopAsync(); // what is left is published

        Assert.Equal(JobState.Succeeded, job.State);
        Assert.Equal(JobDoor.Event, job.Door);
        Assert.Equal("shop/e1", job.OperationId);
        IReadOnlyList<JsonElement> events = dapr.Events();
        Assert.Equal(["backup.started", "backup.completed"], events.Select(happened => happened.GetProperty("type").GetString()));
        Assert.All(events, happened =>
        {
            Assert.Equal("1.0", happened.GetProperty("specversion").GetString());
            Assert.Equal(job.Id, happened.GetProperty("subject").GetString());
            Assert.Equal(job.Id, happened.GetProperty("data").GetProperty("id").GetString());
            Assert.DoesNotContain("the content of it", happened.ToString(), StringComparison.Ordinal);
        });
        Assert.Equal(job.Result?.Snapshots?[0].Id, events[1].GetProperty("data").GetProperty("result").GetProperty("snapshots")[0].GetProperty("id").GetString());
    }

    [Fact]
    public async Task What_comes_several_times_is_done_once()
    {
        await using DaprService dapr = await DaprService.StartAsync();
        dapr.Broker.Duplicates = 3;

        await dapr.PublishAsync("backup.requested", Payload, "e1");
        await dapr.PublishAsync("backup.requested", Payload, "e1");
        await dapr.PublishAsync("check.requested", """{"operationId":"own","repository":"main"}""", "e2");
        await dapr.PublishAsync("check.requested", """{"operationId":"own","repository":"main"}""", "e3");
        IReadOnlyList<BackupJob> jobs = await dapr.SettleAsync();

        Assert.Equal(["own", "shop/e1"], jobs.Select(job => job.OperationId).Order(StringComparer.Ordinal));
        Assert.All(dapr.Broker.Deliveries.Where(delivery => delivery.Topic == "backup-requests"), delivery => Assert.Equal(DeliveryOutcome.Success, delivery.Outcome));
    }

    [Fact]
    public async Task An_event_may_have_an_id_of_any_length()
    {
        await using DaprService dapr = await DaprService.StartAsync();
        string id = new('x', 300);

        await dapr.PublishAsync("check.requested", """{"repository":"main"}""", id + "1");
        await dapr.PublishAsync("check.requested", """{"repository":"main"}""", id + "1");
        await dapr.PublishAsync("check.requested", """{"repository":"main"}""", id + "2");
        IReadOnlyList<BackupJob> jobs = await dapr.SettleAsync();

        Assert.Equal(2, jobs.Count);
        Assert.All(jobs, job => Assert.Matches("^sha256:[0-9a-f]{64}$", job.OperationId));
    }

    [Theory]
    [InlineData("backup.requested", """{"backup":{"sources":[{"files":{"paths":["/etc"]}}]}}""")]
    [InlineData("backup.requested", """{"backup":{"sources":[],"typo":1}}""")]
    [InlineData("erase.requested", """{"operation":"check"}""")]
    [InlineData("order.created", """{"operation":"check"}""")]
    [InlineData("backup.requested", "[1,2]")]
    [InlineData("backup.requested", """{"backup":{"sources":null}}""")]
    [InlineData("backup.requested", """{"backup":{"sources":[{"files":{"paths":[null]}}]}}""")]
    [InlineData("restore.requested", """{"restore":{"target":null}}""")]
    [InlineData("restore.requested", """{"restore":{"target":"/x","snapshot":null}}""")]
    public async Task What_will_never_be_understood_goes_to_the_dead_letters(string type, string data)
    {
        await using DaprService dapr = await DaprService.StartAsync();

        await dapr.PublishAsync(type, data);
        await dapr.Broker.WhenIdleAsync();

        Assert.Equal(DeliveryOutcome.DeadLettered, Assert.Single(dapr.Broker.Deliveries, delivery => delivery.Topic == "backup-requests").Outcome);
        Assert.Single(dapr.Broker.Messages("backup-requests-dead"));
        Assert.Empty(await dapr.SettleAsync());
    }

    [Theory]
    [InlineData("""{"id":"1","source":"x","type":"backup.requested","data":"\ud800"}""")] // half of a surrogate pair
    [InlineData("""{"id":"\ud800","source":"x","type":"check.requested","data":{}}""")]
    [InlineData("""[]""")]
    public async Task An_envelope_that_makes_no_sense_is_dropped(string envelope)
    {
        await using DaprService dapr = await DaprService.StartAsync();

        ServiceReply reply = await dapr.Service.PostAsync("/dapr/events/requests", envelope);

        Assert.Equal("DROP", reply.Expect(200).Json.GetProperty("status").GetString());
    }

    [Fact]
    public async Task What_can_not_be_taken_now_comes_again()
    {
        var executor = new WaitingExecutor();
        await using DaprService dapr = await DaprService.StartAsync(
            new Dictionary<string, string?> { ["Backup:MaxQueued"] = "1", ["Backup:Workers"] = "1", ["Backup:GracePeriod"] = "0s", ["Backup:Dapr:DeadLetterTopic"] = "none" },
            executor);
        await dapr.PublishAsync("check.requested", """{"repository":"main"}""", "1");
        await executor.WhenBegunAsync();
        await dapr.PublishAsync("check.requested", """{"repository":"main"}""", "2");
        await dapr.Broker.WhenIdleAsync();

        await dapr.PublishAsync("check.requested", """{"repository":"main"}""", "3");
        await dapr.Broker.WhenIdleAsync(); // brought as often as the broker cares to

        Assert.Contains(dapr.Broker.Deliveries, delivery => delivery.EventId == "3" && delivery.Outcome == DeliveryOutcome.Failed);
        Assert.DoesNotContain(dapr.Broker.Deliveries, delivery => delivery.EventId == "3" && delivery.Outcome == DeliveryOutcome.Success);
        Assert.Equal(2, (await dapr.Service.Book.ListAsync(new JobFilter(), CancellationToken.None)).Count);
    }

    [Fact]
    public async Task Requests_without_an_envelope_are_taken_where_the_topic_has_such()
    {
        await using DaprService dapr = await DaprService.StartAsync(new Dictionary<string, string?> { ["Backup:Dapr:RawRequests"] = "true" });

        dapr.Broker.Publish("backup-requests", Encoding.UTF8.GetBytes("""{"operation":"check","operationId":"raw-1"}"""));
        dapr.Broker.Publish("backup-requests", Encoding.UTF8.GetBytes("""{"operation":"check","operationId":"raw-1"}"""));
        BackupJob job = Assert.Single(await dapr.SettleAsync());

        Assert.Equal("raw-1", job.OperationId);
        Assert.Equal(JobState.Succeeded, job.State);
    }

    [Fact]
    public async Task The_trace_of_who_asked_goes_on_in_the_events()
    {
        const string Trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        await using DaprService dapr = await DaprService.StartAsync();
        dapr.Broker.Publish("backup-requests", Encoding.UTF8.GetBytes(
            $$"""{"specversion":"1.0","id":"1","source":"shop","type":"check.requested","datacontenttype":"application/json","traceparent":"{{Trace}}","data":{"repository":"main"} }"""));

        BackupJob job = Assert.Single(await dapr.SettleAsync());
        await dapr.Service.StopAsync();

        Assert.Equal(Trace, job.TraceParent);
        Assert.All(dapr.Events(), happened => Assert.StartsWith(Trace[..36], happened.GetProperty("traceparent").GetString(), StringComparison.Ordinal));
        Assert.Equal(2, dapr.Events().Count);
    }

    [Fact]
    public async Task Daprd_shows_its_token_and_others_do_not_get_in()
    {
        await using DaprService dapr = await DaprService.StartAsync(null, null, new DaprDoubleOptions { AppApiToken = "between us" });

        await dapr.PublishAsync("check.requested", """{"repository":"main"}""");
        BackupJob job = await FirstJobAsync(dapr);
        ServiceReply stranger = await dapr.Service.PostAsync("/dapr/events/requests", """{"id":"1","source":"x","type":"check.requested","data":{}}""");

        Assert.Equal(JobOperation.Check, job.Operation);
        stranger.ExpectProblem(401, "Unauthorized");
    }

    [Fact]
    public async Task Without_dapr_there_are_no_such_doors()
    {
        await using RunningService service = await RunningService.StartAsync();

        (await service.GetAsync("/dapr/subscribe")).ExpectProblem(404, "NotFound");
        (await service.PostAsync("/job/backup-x", "{}")).ExpectProblem(404, "NotFound");
        JsonElement job = await service.RunAsync("""{"backup":{"sources":[{"state":{"store":"s","keys":["k"]}}]}}""");
        Assert.Equal("ConfigurationInvalid", job.GetProperty("error").GetProperty("errorId").GetString());
    }

    private static async Task<BackupJob> FirstJobAsync(DaprService dapr)
    {
        await dapr.Broker.WhenIdleAsync();
        return Assert.Single(await dapr.Service.Book.ListAsync(new JobFilter(), CancellationToken.None));
    }
}
