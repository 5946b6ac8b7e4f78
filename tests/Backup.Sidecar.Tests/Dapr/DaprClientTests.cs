using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;
using Backup.Sidecar.Dapr;
using Backup.TestKit.Dapr;
using Backup.TestKit.Dapr.Bindings;

namespace Backup.Sidecar.Tests.Dapr;

public sealed class DaprClientTests : DaprTest
{
    private static readonly Dictionary<string, string> StableId = new() { ["cloudevent.id"] = "op-1", ["cloudevent.type"] = "backup.requested" };

    [Fact]
    public async Task An_event_is_published_with_its_type_and_id()
    {
        Dapr.PubSubs["bus"] = new BrokerDouble();

        await Client.PublishByteEventAsync("bus", "requests", "{\"n\":12345678901234567890}"u8.ToArray(), metadata: StableId);

        JsonElement cloudEvent = JsonDocument.Parse(Assert.Single(Dapr.PubSubs["bus"].Messages("requests"))).RootElement;
        Assert.Equal("op-1", cloudEvent.GetProperty("id").GetString());
        Assert.Equal("backup.requested", cloudEvent.GetProperty("type").GetString());
        Assert.Equal("backup", cloudEvent.GetProperty("source").GetString());
        Assert.Equal("12345678901234567890", cloudEvent.GetProperty("data").GetProperty("n").GetRawText());
    }

    [Fact]
    public async Task Several_events_are_published_at_once_and_those_that_failed_are_told()
    {
        Dapr.PubSubs["bus"] = new BrokerDouble();
        BulkPublishEntry[] entries =
        [
            new("1", "{\"a\":1}"u8.ToArray(), "application/json"),
            new("2", "text"u8.ToArray(), "text/plain"),
            new("3", new byte[] { 0xff, 0 }, "application/octet-stream"),
        ];

        IReadOnlyList<BulkPublishFailure> none = await Client.BulkPublishEventAsync("bus", "t", entries);
        Dapr.PubSubs["bus"].IsDown = true;
        IReadOnlyList<BulkPublishFailure> all = await Client.BulkPublishEventAsync("bus", "t", entries);

        Assert.Empty(none);
        Assert.Equal(["1", "2", "3"], all.Select(failure => failure.EntryId));
        string[] published = [.. Dapr.PubSubs["bus"].Messages("t").Select(Encoding.UTF8.GetString)];
        Assert.Contains("\"data\":{\"a\":1}", published[0], StringComparison.Ordinal);
        Assert.Contains("\"data\":\"text\"", published[1], StringComparison.Ordinal);
        Assert.Contains("\"data_base64\":\"/wA=\"", published[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Publishing_where_one_may_not_says_so()
    {
        Dapr.PubSubs["bus"] = new BrokerDouble { MayPublish = (_, topic) => topic != "secret" };

        DaprException unknown = await Assert.ThrowsAsync<DaprException>(() => Client.PublishByteEventAsync("nowhere", "t", "{}"u8.ToArray()));
        DaprException forbidden = await Assert.ThrowsAsync<DaprException>(() => Client.PublishByteEventAsync("bus", "secret", "{}"u8.ToArray()));

        Assert.Equal("ERR_PUBSUB_NOT_FOUND", unknown.ErrorCode);
        Assert.Equal(HttpStatusCode.NotFound, unknown.HttpStatus);
        Assert.Equal("ERR_PUBSUB_FORBIDDEN", forbidden.ErrorCode);
    }

    [Fact]
    public async Task Configuration_is_read_subscribed_to_and_unsubscribed_from()
    {
        var store = new ConfigurationStoreDouble();
        Dapr.ConfigurationStores["config"] = store;
        await store.SetAsync("a", "1");
        await store.SetAsync("b", "2");
        using var app = new StubApp(_ => (HttpStatusCode.OK, ""));
        await Dapr.ConnectAppAsync(app);

        IReadOnlyDictionary<string, ConfigurationItem> all = await Client.GetConfigurationAsync("config", []);
        IReadOnlyDictionary<string, ConfigurationItem> one = await Client.GetConfigurationAsync("config", ["b"]);
        IReadOnlyDictionary<string, ConfigurationItem> none = await Client.GetConfigurationAsync("config", ["c"]);
        string id = await Client.SubscribeConfigurationAsync("config", ["a"]);
        await store.SetAsync("a", "3");
        await store.SetAsync("b", "4");
        bool ended = await Client.UnsubscribeConfigurationAsync("config", id);
        bool endedAgain = await Client.UnsubscribeConfigurationAsync("config", id);
        await store.SetAsync("a", "5");

        Assert.Equal([("a", "1"), ("b", "2")], all.Select(pair => (pair.Key, pair.Value.Value)));
        Assert.Equal("2", Assert.Single(one).Value.Value);
        Assert.Empty(none);
        Assert.True(ended);
        Assert.False(endedAgain);
        StubCall push = Assert.Single(app.Posts("/configuration/config/a"));
        Assert.Contains(id, push.Body, StringComparison.Ordinal);
        Assert.Contains("\"value\":\"3\"", push.Body, StringComparison.Ordinal);
        Assert.Empty(app.Posts("/configuration/config/b"));
    }

    [Fact]
    public async Task Secrets_are_read_one_and_all()
    {
        var store = new SecretStoreDouble();
        store.Secrets["repository/one"] = new() { ["password"] = "p" };
        store.Secrets["denied"] = new() { ["x"] = "y" };
        store.Denied.Add("denied");
        Dapr.SecretStores["secrets"] = store;

        IReadOnlyDictionary<string, string> one = await Client.GetSecretAsync("secrets", "repository/one");
        IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> all = await Client.GetBulkSecretAsync("secrets");
        DaprException denied = await Assert.ThrowsAsync<DaprException>(() => Client.GetSecretAsync("secrets", "denied"));
        DaprException unknown = await Assert.ThrowsAsync<DaprException>(() => Client.GetSecretAsync("nowhere", "x"));

        Assert.Equal("p", one["password"]);
        Assert.Equal(["repository/one"], all.Keys);
        Assert.Equal(HttpStatusCode.Forbidden, denied.HttpStatus);
        Assert.Equal(("ERR_SECRET_STORE_NOT_FOUND", HttpStatusCode.Unauthorized), (unknown.ErrorCode, unknown.HttpStatus));
        Assert.DoesNotContain("\"p\"", denied.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Jobs_are_scheduled_read_replaced_and_removed()
    {
        var job = new DaprJob
        {
            Schedule = "CRON_TZ=Europe/Rome 0 0 2 * * *",
            Data = JsonDocument.Parse("""{"set":"nightly"}""").RootElement,
            FailurePolicy = new JobFailurePolicy("30s", 5),
            Repeats = 10,
        };

        await Client.ScheduleJobAsync("nightly", job);
        DaprException exists = await Assert.ThrowsAsync<DaprException>(() => Client.ScheduleJobAsync("nightly", job));
        await Client.ScheduleJobAsync("nightly", job with { Overwrite = true, Repeats = 7 });
        DaprJob? read = await Client.GetJobAsync("nightly");
        await Client.DeleteJobAsync("nightly");
        DaprJob? gone = await Client.GetJobAsync("nightly");

        Assert.Equal(HttpStatusCode.Conflict, exists.HttpStatus);
        Assert.Equal((job.Schedule, 7, job.FailurePolicy), (read?.Schedule, read?.Repeats, read?.FailurePolicy));
        Assert.Equal("""{"set":"nightly"}""", read?.Data?.GetRawText());
        Assert.Null(gone);
    }

    [Fact]
    public async Task Another_application_is_invoked_with_bodies_both_ways()
    {
        using var orders = new StubApp(call => (HttpStatusCode.Accepted, call.Method + " " + call.Path + " " + call.Body));
        Dapr.OtherApps["orders"] = orders;
        using HttpRequestMessage request = Client.CreateInvokeMethodRequest(HttpMethod.Post, "orders", "/backup/quiesce?wait=1");
        request.Content = new StringContent("now");

        using HttpResponseMessage response = await Client.InvokeMethodWithResponseAsync(request);
        using HttpRequestMessage unknown = Client.CreateInvokeMethodRequest(HttpMethod.Get, "nobody", "x");
        using HttpResponseMessage missing = await Client.InvokeMethodWithResponseAsync(unknown);

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal("POST /backup/quiesce?wait=1 now", await response.Content.ReadAsStringAsync());
        Assert.Equal("backup", Assert.Single(orders.Calls).Headers["dapr-caller-app-id"]);
        Assert.Equal(HttpStatusCode.InternalServerError, missing.StatusCode);
    }

    [Fact]
    public async Task Metadata_names_the_components()
    {
        Dapr.StateStores["store"] = new StateStoreDouble();
        Dapr.PubSubs["bus"] = new BrokerDouble();

        DaprMetadata metadata = await Client.GetMetadataAsync();

        Assert.Equal("backup", metadata.Id);
        Assert.Equal("1.18.3", metadata.RuntimeVersion);
        Assert.Equal("state.redis", metadata.Find("store")?.Type);
        Assert.Contains("ETAG", metadata.Find("store")?.Capabilities ?? []);
        Assert.Null(metadata.Find("nothing"));
    }

    [Fact]
    public async Task Health_follows_components_and_application()
    {
        Dapr.IsOutboundReady = false;
        Assert.False(await Client.CheckOutboundHealthAsync());

        Dapr.IsOutboundReady = true;
        Assert.True(await Client.CheckOutboundHealthAsync());
        Assert.False(await Client.CheckHealthAsync());
        await Client.WaitForSidecarAsync();

        using var app = new StubApp(_ => (HttpStatusCode.NotFound, ""));
        await Dapr.ConnectAppAsync(app);
        Assert.True(await Client.CheckHealthAsync());
    }

    [Fact]
    public async Task Waiting_for_a_daprd_that_never_comes_ends_and_says_where_it_was_looked_for()
    {
        Dapr.IsOutboundReady = false;
        var time = new FakeTime();
        using var client = new DaprClient(ClientOptions with { Time = time, HealthTimeout = TimeSpan.FromSeconds(3), CallTimeout = TimeSpan.FromHours(1) });

        Task waiting = client.WaitForSidecarAsync();
        while (!waiting.IsCompleted)
        {
            time.Advance(TimeSpan.FromMilliseconds(250));
            await Task.Delay(1);
        }

        DaprException error = await Assert.ThrowsAsync<DaprException>(() => waiting);
        Assert.Contains(Dapr.HttpEndpoint.ToString(), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_trace_goes_along_over_http_and_grpc()
    {
        Dapr.PubSubs["bus"] = new BrokerDouble();
        using Activity activity = new Activity("backup").SetIdFormat(ActivityIdFormat.W3C).Start();

        await Client.PublishByteEventAsync("bus", "t", "{}"u8.ToArray());

        var binding = new SftpBinding();
        Dapr.Bindings["b"] = binding;
        await Client.InvokeBindingAsync(new BindingRequest("b", "create") { Metadata = new Dictionary<string, string> { ["fileName"] = "x" } });

        string cloudEvent = Encoding.UTF8.GetString(Assert.Single(Dapr.PubSubs["bus"].Messages("t")));
        Assert.Contains(activity.TraceId.ToHexString(), cloudEvent, StringComparison.Ordinal);
        Assert.Contains(activity.TraceId.ToHexString(), binding.LastMetadata["traceparent"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(FaultKind.Error)]
    [InlineData(FaultKind.DropBefore)]
    [InlineData(FaultKind.DropAfter)]
    [InlineData(FaultKind.CutAnswer)]
    public async Task What_may_be_repeated_is_until_it_succeeds(FaultKind fault)
    {
        Dapr.StateStores["store"] = new StateStoreDouble();
        Dapr.SecretStores["secrets"] = new SecretStoreDouble { Secrets = { ["s"] = new() { ["s"] = "v" } } };
        var time = new FakeTime();
        using var client = new DaprClient(ClientOptions with { MaxTries = 4, Time = time, CallTimeout = TimeSpan.FromHours(1), RetryBudget = TimeSpan.FromHours(1) });

        Dapr.Faults.Add(fault, count: 2);
        await AdvanceAsync(time, client.SaveBulkByteStateAsync("store", [new StateWrite("k", new byte[] { 1 })]));
        Dapr.Faults.Add(fault, count: 2);
        StateEntry entry = await AdvanceAsync(time, client.GetByteStateAndETagAsync("store", "k"));
        Dapr.Faults.Add(fault, count: 2);
        IReadOnlyDictionary<string, string> secret = await AdvanceAsync(time, client.GetSecretAsync("secrets", "s"));

        Assert.Equal([1], entry.Value);
        Assert.Equal("v", secret["s"]);
    }

    [Fact]
    public async Task What_may_not_be_repeated_is_tried_once()
    {
        Dapr.StateStores["store"] = new StateStoreDouble();
        await Client.SaveBulkByteStateAsync("store", [new StateWrite("k", new byte[] { 1 })]);
        using var client = new DaprClient(ClientOptions with { MaxTries = 4 });
        Dapr.Faults.Add(FaultKind.DropAfter, count: 4);

        DaprException error = await Assert.ThrowsAsync<DaprException>(() => client.TrySaveByteStateAsync("store", "k", new byte[] { 2 }, "1"));

        Assert.True(error.IsWithoutAnswer);
        Assert.Equal(2, Dapr.Calls.Count);
    }

    [Fact]
    public async Task A_call_without_an_answer_ends_after_its_time()
    {
        Dapr.StateStores["store"] = new StateStoreDouble();
        Dapr.Faults.Add(FaultKind.Hold);
        var time = new FakeTime();
        using var client = new DaprClient(ClientOptions with { Time = time });

        Task<StateEntry> call = client.GetByteStateAndETagAsync("store", "k");
        await UntilAsync(() => Dapr.Calls.Count > 0);

        time.Advance(TimeSpan.FromSeconds(60));

        DaprException error = await Assert.ThrowsAsync<DaprException>(() => call);
        Assert.True(error.IsTransient);
        Assert.Contains("60 s", error.Message, StringComparison.Ordinal);
        Dapr.ReleaseHeld();
    }

    [Fact]
    public async Task Names_that_paths_cannot_say_are_refused_before_they_go_astray()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => Client.GetSecretAsync("secrets", ".."));
        await Assert.ThrowsAsync<ArgumentException>(() => Client.DeleteJobAsync(""));

        Assert.Empty(Dapr.Calls);
    }

    private static async Task<T> AdvanceAsync<T>(FakeTime time, Task<T> task)
    {
        await AdvanceAsync(time, (Task)task);
        return await task;
    }

    private static async Task AdvanceAsync(FakeTime time, Task task)
    {
        while (!task.IsCompleted)
        {
            time.Advance(TimeSpan.FromMilliseconds(200));
            await Task.Delay(1);
        }

        await task;
    }
}
