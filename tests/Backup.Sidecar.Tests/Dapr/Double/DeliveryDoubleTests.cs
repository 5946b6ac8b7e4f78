using System.Net;
using System.Text;
using System.Text.Json;
using Backup.TestKit.Dapr;

namespace Backup.Sidecar.Tests.Dapr.Double;

public sealed class DeliveryDoubleTests : DaprDoubleTest
{
    private const string Plain = """[{"pubsubname":"bus","topic":"t","route":"/events"}]""";
    private const string WithDead = """[{"pubsubname":"bus","topic":"t","route":"/events","deadLetterTopic":"dead"}]""";

    [Theory]
    [InlineData(200, "", DeliveryOutcome.Success)]
    [InlineData(202, "", DeliveryOutcome.Success)]
    [InlineData(200, "junk", DeliveryOutcome.Success)]
    [InlineData(200, "[]", DeliveryOutcome.Success)]
    [InlineData(200, "{}", DeliveryOutcome.Success)]
    [InlineData(200, """{"status":""}""", DeliveryOutcome.Success)]
    [InlineData(200, """{"status":"SUCCESS"}""", DeliveryOutcome.Success)]
    [InlineData(200, """{"status":"RETRY"}""", DeliveryOutcome.Lost)]
    [InlineData(200, """{"status":"OTHER"}""", DeliveryOutcome.Lost)]
    [InlineData(200, """{"status":"DROP"}""", DeliveryOutcome.Dropped)]
    [InlineData(404, "", DeliveryOutcome.Dropped)]
    [InlineData(500, "", DeliveryOutcome.Lost)]
    [InlineData(302, "", DeliveryOutcome.Lost)]
    [InlineData(401, "", DeliveryOutcome.Lost)]
    public async Task The_application_s_answer_decides(int status, string body, DeliveryOutcome expected)
    {
        Dapr.PubSubs["bus"] = new BrokerDouble();
        using StubApp app = await SubscribeAsync(Plain, _ => ((HttpStatusCode)status, body));

        await PostAsync("v1.0/publish/bus/t", """{"a":1}""");
        await Dapr.PubSubs["bus"].WhenIdleAsync();

        Assert.Equal(expected, Assert.Single(Dapr.PubSubs["bus"].Deliveries).Outcome);
        StubCall call = Assert.Single(app.Posts("/events"));
        Assert.Equal("application/cloudevents+json", call.ContentType);
        Assert.Equal("bus", call.Headers["pubsubname"]);
        Assert.Equal(Encoding.UTF8.GetString(Dapr.PubSubs["bus"].Messages("t")[0]), call.Body);
    }

    [Theory]
    [InlineData(200, """{"status":"RETRY"}""")]
    [InlineData(200, """{"status":"DROP"}""")]
    [InlineData(404, "")]
    [InlineData(500, "")]
    public async Task With_a_dead_letter_topic_nothing_is_lost(int status, string body)
    {
        Dapr.PubSubs["bus"] = new BrokerDouble();
        using StubApp app = await SubscribeAsync(WithDead, _ => ((HttpStatusCode)status, body));

        await PostAsync("v1.0/publish/bus/t", "{}");
        await Dapr.PubSubs["bus"].WhenIdleAsync();

        Assert.Equal(DeliveryOutcome.DeadLettered, Assert.Single(Dapr.PubSubs["bus"].Deliveries).Outcome);
        Assert.Equal(Dapr.PubSubs["bus"].Messages("t"), Dapr.PubSubs["bus"].Messages("dead"));
    }

    [Fact]
    public async Task An_application_that_is_away_is_a_failure_too()
    {
        Dapr.PubSubs["bus"] = new BrokerDouble { Mode = BrokerMode.Redeliver, MaxDeliveries = 3 };
        using StubApp app = await SubscribeAsync(Plain);
        Dapr.DisconnectApp();

        await PostAsync("v1.0/publish/bus/t", "{}");
        await Dapr.PubSubs["bus"].WhenIdleAsync();

        Assert.Equal(
            [DeliveryOutcome.Failed, DeliveryOutcome.Failed, DeliveryOutcome.Lost],
            Dapr.PubSubs["bus"].Deliveries.Select(delivery => delivery.Outcome));
    }

    [Fact]
    public async Task A_broker_that_redelivers_brings_it_until_it_is_taken()
    {
        int calls = 0;
        Dapr.PubSubs["bus"] = new BrokerDouble { Mode = BrokerMode.Redeliver };
        using StubApp app = await SubscribeAsync(Plain, call =>
            (call.Path == "/events" && Interlocked.Increment(ref calls) < 3 ? HttpStatusCode.InternalServerError : HttpStatusCode.OK, ""));

        await PostAsync("v1.0/publish/bus/t", "{}");
        await Dapr.PubSubs["bus"].WhenIdleAsync();

        Assert.Equal(
            [DeliveryOutcome.Failed, DeliveryOutcome.Failed, DeliveryOutcome.Success],
            Dapr.PubSubs["bus"].Deliveries.Select(delivery => delivery.Outcome));
    }

    [Fact]
    public async Task Routes_are_chosen_by_their_rules_and_what_fits_none_is_dropped()
    {
        Dapr.PubSubs["bus"] = new BrokerDouble();
        using StubApp app = await SubscribeAsync(
            """
            [{"pubsubname":"bus","topic":"t","routes":{"rules":[{"match":"event.type == \"backup.requested\"","path":"/backup"}],"default":"/other"}},
             {"pubsubname":"bus","topic":"strict","routes":{"rules":[{"match":"event.type == 'x' && event.data.set != 'no'","path":"/strict"}]}},
             {"pubsubname":"bus","topic":"no path at all"}]
            """);

        await PostAsync("v1.0/publish/bus/t?metadata.cloudevent.type=backup.requested", "{}");
        await PostAsync("v1.0/publish/bus/t", "{}");
        await PostAsync("v1.0/publish/bus/strict?metadata.cloudevent.type=x", """{"set":"yes"}""");
        await PostAsync("v1.0/publish/bus/strict?metadata.cloudevent.type=x", """{"set":"no"}""");
        await Dapr.PubSubs["bus"].WhenIdleAsync();

        Assert.Equal((1, 1, 1), (app.Posts("/backup").Count, app.Posts("/other").Count, app.Posts("/strict").Count));
        Assert.Single(Dapr.PubSubs["bus"].Deliveries, delivery => delivery.Outcome == DeliveryOutcome.Dropped);
        Assert.Equal(2, Dapr.Subscriptions.Count);
    }

    [Fact]
    public async Task Raw_messages_need_a_raw_subscription_and_get_another_id_each_time()
    {
        Dapr.PubSubs["bus"] = new BrokerDouble { Mode = BrokerMode.Redeliver, MaxDeliveries = 2 };
        using StubApp app = await SubscribeAsync(
            """
            [{"pubsubname":"bus","topic":"raw","route":"/raw","metadata":{"rawPayload":"true"}},
             {"pubsubname":"bus","topic":"t","route":"/events","deadLetterTopic":"dead"}]
            """,
            _ => (HttpStatusCode.InternalServerError, ""));

        Dapr.PubSubs["bus"].Publish("raw", "bytes"u8.ToArray());
        Dapr.PubSubs["bus"].Publish("t", "bytes"u8.ToArray());
        await Dapr.PubSubs["bus"].WhenIdleAsync();

        JsonElement[] events = [.. app.Posts("/raw").Select(call => JsonDocument.Parse(call.Body).RootElement)];
        Assert.Equal(2, events.Length);
        Assert.All(events, cloudEvent => Assert.Equal("Ynl0ZXM=", cloudEvent.GetProperty("data_base64").GetString()));
        Assert.NotEqual(events[0].GetProperty("id").GetString(), events[1].GetProperty("id").GetString());
        Assert.Empty(app.Posts("/events"));
        Assert.Single(Dapr.PubSubs["bus"].Messages("dead"));
    }

    [Fact]
    public async Task What_has_expired_is_not_delivered()
    {
        Dapr.PubSubs["bus"] = new BrokerDouble();
        using StubApp app = await SubscribeAsync(Plain);

        Dapr.PubSubs["bus"].Publish("t", """{"id":"1","type":"x","expiration":"2020-01-01T00:00:00Z"}"""u8.ToArray());
        await Dapr.PubSubs["bus"].WhenIdleAsync();

        Assert.Empty(app.Posts("/events"));
        Assert.Equal(DeliveryOutcome.Dropped, Assert.Single(Dapr.PubSubs["bus"].Deliveries).Outcome);
    }

    [Fact]
    public async Task In_bulk_a_missing_status_and_junk_mean_again()
    {
        Dapr.PubSubs["bus"] = new BrokerDouble { Mode = BrokerMode.Redeliver, MaxDeliveries = 2 };
        Dapr.PubSubs["bus"].Publish("t", """{"id":"1","type":"x"}"""u8.ToArray());
        Dapr.PubSubs["bus"].Publish("t", """{"id":"2","type":"x"}"""u8.ToArray());
        int calls = 0;
        using StubApp app = await SubscribeAsync(
            """[{"pubsubname":"bus","topic":"t","route":"/bulk","bulkSubscribe":{"enabled":true,"maxMessagesCount":10}}]""",
            call => call.Path != "/bulk" || Interlocked.Increment(ref calls) > 1
                ? (HttpStatusCode.OK, "junk")
                : (HttpStatusCode.OK, """{"statuses":[{"entryId":"0","status":"SUCCESS"}]}"""));

        await Dapr.PubSubs["bus"].WhenIdleAsync();

        Assert.Equal(
            [("1", DeliveryOutcome.Success), ("2", DeliveryOutcome.Failed), ("2", DeliveryOutcome.Lost)],
            Dapr.PubSubs["bus"].Deliveries.Select(delivery => (delivery.EventId, delivery.Outcome)));
        JsonElement envelope = JsonDocument.Parse(app.Posts("/bulk")[0].Body).RootElement;
        Assert.Equal("com.dapr.event.sent.bulk", envelope.GetProperty("type").GetString());
        Assert.Equal(2, envelope.GetProperty("entries").GetArrayLength());
        Assert.Equal("application/json", app.Posts("/bulk")[0].ContentType);
    }

    [Theory]
    [InlineData(404)]
    [InlineData(500)]
    public async Task Subscriptions_are_asked_for_once_in_daprd_s_life(int status)
    {
        Dapr.PubSubs["bus"] = new BrokerDouble();
        using var broken = new StubApp(_ => ((HttpStatusCode)status, ""));
        await Dapr.ConnectAppAsync(broken);

        using StubApp app = await SubscribeAsync(Plain);
        int before = Dapr.Subscriptions.Count;
        await Dapr.RestartAsync();

        Assert.Equal(0, before);
        Assert.DoesNotContain(app.Calls.Take(1), call => call.Path == "/dapr/subscribe");
        Assert.Single(Dapr.Subscriptions);
    }

    [Fact]
    public async Task Without_pubsub_nobody_asks_and_declared_subscriptions_need_no_answer()
    {
        using StubApp nobody = await SubscribeAsync(Plain);
        Assert.DoesNotContain(nobody.Calls, call => call.Path == "/dapr/subscribe");
        await using DaprDouble other = await DaprDouble.StartAsync();
        other.PubSubs["bus"] = new BrokerDouble();
        other.DeclaredSubscriptions.Add(new Subscription("bus", "t") { Routes = [("", "/declared")] });
        using var app = new StubApp(_ => (HttpStatusCode.NotFound, ""));
        await other.ConnectAppAsync(app);

        other.PubSubs["bus"].Publish("t", """{"id":"1"}"""u8.ToArray());
        await other.PubSubs["bus"].WhenIdleAsync();

        Assert.Single(app.Posts("/declared"));
    }

    [Fact]
    public async Task Replicas_share_a_topic_other_applications_get_it_all_and_a_dead_one_s_messages_come_again()
    {
        var broker = new BrokerDouble { Concurrency = 1 };
        using var release = new SemaphoreSlim(0);
        using StubApp first = new(call => Answer(call, release));
        using StubApp second = StubApp.Subscribing(Plain);
        using StubApp other = StubApp.Subscribing(Plain);
        Dapr.PubSubs["bus"] = broker;
        await using DaprDouble replica = await DaprDouble.StartAsync();
        await using DaprDouble reporting = await DaprDouble.StartAsync(new DaprDoubleOptions { AppId = "reporting" });
        replica.PubSubs["bus"] = broker;
        reporting.PubSubs["bus"] = broker;
        await reporting.ConnectAppAsync(other);
        await Dapr.ConnectAppAsync(first);
        await replica.ConnectAppAsync(second);
        for (int i = 0; i < 6; i++)
        {
            broker.Publish("t", Encoding.UTF8.GetBytes($$"""{"id":"{{i}}"}"""));
        }

        await UntilAsync(() => first.Posts("/events").Count > 0);

        Dapr.StopDelivering();
        release.Release(10);
        await broker.WhenIdleAsync();

        string[] taken = [.. broker.Deliveries.Where(delivery => delivery.AppId == "backup").Select(delivery => delivery.EventId)];
        Assert.Equal(["0", "1", "2", "3", "4", "5"], taken.Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(6, other.Posts("/events").Count);

        static (HttpStatusCode Status, string Body) Answer(StubCall call, SemaphoreSlim release)
        {
            if (call.Path == "/events")
            {
                release.Wait(TimeSpan.FromSeconds(30));
            }

            return (HttpStatusCode.OK, call.Path == "/dapr/subscribe" ? Plain : "");
        }
    }

    [Fact]
    public async Task Copies_of_a_message_come_at_the_same_time()
    {
        Dapr.PubSubs["bus"] = new BrokerDouble { Duplicates = 2 };
        using StubApp app = await SubscribeAsync(Plain);

        await PostAsync("v1.0/publish/bus/t", "{}");
        await Dapr.PubSubs["bus"].WhenIdleAsync();

        Assert.Equal(3, app.Posts("/events").Count);
        Assert.Single(app.Posts("/events").Select(call => call.Body).Distinct());
    }
}
