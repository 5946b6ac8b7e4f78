using System.Net;
using Backup.TestKit.Dapr;

namespace Backup.Sidecar.Tests.Dapr.Double;

public sealed class CallbackDoubleTests : DaprDoubleTest
{
    protected override DaprDoubleOptions DoubleOptions => new()
    {
        AppApiToken = "app-token",
        AppHealthCheck = true,
        InboundRetries = 2,
        AppMaxConcurrency = 1,
    };

    [Fact]
    public async Task The_application_sees_the_token_except_when_its_health_is_probed()
    {
        Dapr.InputBindings.Add(new InputBinding("cron") { IsDeclaredInput = true });
        using var app = new StubApp(_ => (HttpStatusCode.OK, ""));
        await Dapr.ConnectAppAsync(app);
        await Dapr.FireCronAsync("cron");

        Assert.All(app.Calls, call => Assert.Equal(call.Path == "/healthz" ? null : "app-token", call.Headers.GetValueOrDefault("dapr-api-token")));
        StubCall tick = Assert.Single(app.Posts("/cron"));
        Assert.Equal("", tick.Body);
        Assert.Contains("readTimeUTC", tick.Headers);
        Assert.Contains(app.Calls, call => call.Path == "/dapr/config");
    }

    [Fact]
    public async Task An_unhealthy_application_gets_nothing_until_it_is_well_and_loses_it_after_three_bad_probes()
    {
        bool isWell = false;
        Dapr.InputBindings.Add(new InputBinding("cron") { IsDeclaredInput = true });
        using var app = new StubApp(call => (call.Path != "/healthz" || isWell ? HttpStatusCode.OK : HttpStatusCode.ServiceUnavailable, ""));
        await Dapr.ConnectAppAsync(app);

        bool before = await Dapr.FireCronAsync("cron");
        isWell = true;
        await Dapr.ProbeAppAsync();
        bool well = await Dapr.FireCronAsync("cron");
        isWell = false;
        await Dapr.ProbeAppAsync();
        await Dapr.ProbeAppAsync();
        bool twice = await Dapr.FireCronAsync("cron");
        await Dapr.ProbeAppAsync();
        bool thrice = await Dapr.FireCronAsync("cron");

        Assert.Equal((false, true, true, false), (before, well, twice, thrice));
    }

    [Theory]
    [InlineData(200, true)]
    [InlineData(204, true)]
    [InlineData(405, true)]
    [InlineData(404, false)]
    [InlineData(500, false)]
    public async Task A_binding_is_read_if_the_application_does_not_say_no(int status, bool isRead)
    {
        Dapr.InputBindings.Add(new InputBinding("in") { Route = "/custom" });
        using var app = new StubApp(call => (call.Method == "OPTIONS" ? (HttpStatusCode)status : HttpStatusCode.OK, ""));

        await Dapr.ConnectAppAsync(app);

        Assert.Equal(isRead, Dapr.ReadBindings.Contains("in"));
        Assert.Equal("/custom", Assert.Single(app.Calls, call => call.Method == "OPTIONS").Path);
    }

    [Theory]
    [InlineData(200, 1, true)]
    [InlineData(204, 3, true)]
    [InlineData(500, 3, false)]
    public async Task With_a_policy_everything_but_200_is_tried_again(int status, int calls, bool isTaken)
    {
        Dapr.InputBindings.Add(new InputBinding("in") { IsDeclaredInput = true });
        using var app = new StubApp(call => (call.Path == "/in" ? (HttpStatusCode)status : HttpStatusCode.OK, ""));
        await Dapr.ConnectAppAsync(app);

        bool taken = await Dapr.FireBindingAsync("in", "{}"u8.ToArray(), new Dictionary<string, string> { ["x"] = "y" });

        Assert.Equal(isTaken, taken);
        Assert.Equal(calls, app.Posts("/in").Count);
        Assert.Equal(("application/json", "y"), (app.Posts("/in")[0].ContentType, app.Posts("/in")[0].Headers["x"]));
    }

    [Fact]
    public async Task No_more_calls_run_at_once_than_are_allowed()
    {
        Dapr.PubSubs["bus"] = new BrokerDouble { Concurrency = 8 };
        using StubApp app = await SubscribeAsync("""[{"pubsubname":"bus","topic":"t","route":"/events"}]""");

        for (int i = 0; i < 20; i++)
        {
            Dapr.PubSubs["bus"].Publish("t", """{"id":"1"}"""u8.ToArray());
        }

        await Dapr.PubSubs["bus"].WhenIdleAsync();

        Assert.Equal(20, app.Posts("/events").Count);
        Assert.Equal(1, Dapr.App.MostRunning);
    }

    [Fact]
    public async Task Configuration_is_pushed_again_until_exactly_200_and_forgotten_by_a_restart()
    {
        Dapr.ConfigurationStores["config"] = new ConfigurationStoreDouble();
        using var app = new StubApp(call => (call.Path.StartsWith("/configuration", StringComparison.Ordinal) ? HttpStatusCode.NoContent : HttpStatusCode.OK, ""));
        await Dapr.ConnectAppAsync(app);
        await GetAsync("v1.0/configuration/config/subscribe");

        await Dapr.ConfigurationStores["config"].SetAsync("a", "1");
        int pushes = app.Posts("/configuration/config/a").Count;
        await Dapr.RestartAsync();
        await Dapr.ConfigurationStores["config"].SetAsync("a", "2");

        Assert.Equal(3, pushes);
        Assert.Equal(3, app.Posts("/configuration/config/a").Count);
        Assert.Equal(0, Dapr.ConfigurationSubscriptions);
    }

    [Fact]
    public async Task Shutting_down_stops_deliveries_first_while_the_apis_go_on()
    {
        Dapr.InputBindings.Add(new InputBinding("cron") { IsDeclaredInput = true });
        using var app = new StubApp(_ => (HttpStatusCode.OK, ""));
        await Dapr.ConnectAppAsync(app);

        DaprHttpResult shutdown = await PostAsync("v1.0/shutdown", "");

        Assert.Equal(204, shutdown.Status);
        Assert.False(await Dapr.FireCronAsync("cron"));
        Assert.Equal(200, (await GetAsync("v1.0/metadata")).Status);
    }
}
