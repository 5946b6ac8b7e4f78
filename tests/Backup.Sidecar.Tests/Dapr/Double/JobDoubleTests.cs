using System.Net;
using Backup.TestKit.Dapr;

namespace Backup.Sidecar.Tests.Dapr.Double;

public sealed class JobDoubleTests : DaprDoubleTest
{
    private SchedulerDouble Scheduler => Dapr.Scheduler;

    [Fact]
    public async Task Jobs_run_at_their_times_with_their_data_as_the_body()
    {
        using var app = new StubApp(_ => (HttpStatusCode.OK, ""));
        await Dapr.ConnectAppAsync(app);

        DaprHttpResult scheduled = await PostAsync("v1.0/jobs/nightly", """{"schedule":"@every 1h","data":{"b":1,"a":"<"},"repeats":2}""");
        await PostAsync("v1.0/jobs/once", """{"dueTime":"90m"}""");
        await Scheduler.AdvanceAsync(TimeSpan.FromHours(5));

        Assert.Equal(204, scheduled.Status);
        Assert.Equal(["nightly", "once", "nightly"], Scheduler.Triggers.Select(trigger => trigger.Job));
        Assert.Equal("""{"a":"\u003c","b":1}""", app.Posts("/job/nightly")[0].Body);
        Assert.Equal(("", "application/json"), (app.Posts("/job/once")[0].Body, app.Posts("/job/once")[0].ContentType));
        Assert.Empty(Scheduler.Jobs);
    }

    [Theory]
    [InlineData("0 30 2 * * *", "2026-01-03T02:30:00Z")]
    [InlineData("CRON_TZ=Europe/Rome 0 0 2 * * *", "2026-01-03T01:00:00Z")]
    [InlineData("*/20 * * * * *", "2026-01-02T03:04:20Z")]
    [InlineData("0 0 0 1 MAR MON-FRI", "2026-03-01T00:00:00Z")]
    [InlineData("@daily", "2026-01-03T00:00:00Z")]
    [InlineData("@monthly", "2026-02-01T00:00:00Z")]
    public async Task Cron_schedules_are_understood(string schedule, string expected)
    {
        using var app = new StubApp(_ => (HttpStatusCode.OK, ""));
        await Dapr.ConnectAppAsync(app);
        await PostAsync("v1.0/jobs/j", $$"""{"schedule":"{{schedule}}","repeats":1}""");

        await Scheduler.AdvanceAsync(TimeSpan.FromDays(900));

        Assert.Equal(DateTimeOffset.Parse(expected, System.Globalization.CultureInfo.InvariantCulture), Assert.Single(Scheduler.Triggers).Due);
    }

    [Fact]
    public async Task What_makes_no_sense_or_is_there_already_is_refused()
    {
        DaprHttpResult neither = await PostAsync("v1.0/jobs/j", "{}");
        DaprHttpResult named = await PostAsync("v1.0/jobs/j", """{"name":"j","schedule":"@daily"}""");
        DaprHttpResult zone = await PostAsync("v1.0/jobs/j", """{"schedule":"CRON_TZ=No/Where 0 0 2 * * *"}""");
        DaprHttpResult every = await PostAsync("v1.0/jobs/j", """{"schedule":"CRON_TZ=Europe/Rome @every 1h"}""");
        DaprHttpResult five = await PostAsync("v1.0/jobs/j", """{"schedule":"0 2 * * *"}""");
        DaprHttpResult malformed = await PostAsync("v1.0/jobs/j", "{");
        await PostAsync("v1.0/jobs/j", """{"schedule":"@daily"}""");
        DaprHttpResult again = await PostAsync("v1.0/jobs/j", """{"schedule":"@daily"}""");
        DaprHttpResult missing = await GetAsync("v1.0/jobs/other");
        DaprHttpResult removed = await CallAsync(HttpMethod.Delete, "v1.0/jobs/other");

        Assert.Equal((400, 400, 500, 500, 500, 400), (neither.Status, named.Status, zone.Status, every.Status, five.Status, malformed.Status));
        Assert.Equal((409, 500, 204), (again.Status, missing.Status, removed.Status));
    }

    [Theory]
    [InlineData(200, null, 1)]
    [InlineData(204, null, 1)]
    [InlineData(404, null, 1)]
    [InlineData(500, null, 4)]
    [InlineData(500, """{"drop":{}}""", 1)]
    [InlineData(500, """{"constant":{"interval":"1s","maxRetries":1}}""", 2)]
    public async Task A_failed_callback_is_repeated_by_its_policy(int status, string? policy, int calls)
    {
        using var app = new StubApp(call => (call.Path == "/job/j" ? (HttpStatusCode)status : HttpStatusCode.OK, ""));
        await Dapr.ConnectAppAsync(app);
        await PostAsync("v1.0/jobs/j", $$"""{"dueTime":"1s","failurePolicy":{{policy ?? "null"}}}""");

        await Scheduler.AdvanceAsync(TimeSpan.FromSeconds(2));

        Assert.Equal(calls, app.Posts("/job/j").Count);
    }

    [Fact]
    public async Task One_replica_gets_a_tick_and_without_any_it_waits()
    {
        await using DaprDouble replica = await DaprDouble.StartAsync(scheduler: Scheduler);
        using var app = new StubApp(_ => (HttpStatusCode.OK, ""));
        using var other = new StubApp(_ => (HttpStatusCode.OK, ""));
        await PostAsync("v1.0/jobs/j", """{"schedule":"@every 1h"}""");

        await Scheduler.AdvanceAsync(TimeSpan.FromHours(1));
        int before = Scheduler.Triggers.Count;
        await Dapr.ConnectAppAsync(app);
        int waited = app.Posts("/job/j").Count;
        await replica.ConnectAppAsync(other);
        await Scheduler.AdvanceAsync(TimeSpan.FromHours(4));

        Assert.Equal((0, 1), (before, waited));
        Assert.Equal(5, app.Posts("/job/j").Count + other.Posts("/job/j").Count);
        Assert.True(other.Posts("/job/j").Count > 0);
    }

    [Fact]
    public async Task A_tick_whose_daprd_goes_away_fires_again_elsewhere()
    {
        await using DaprDouble replica = await DaprDouble.StartAsync(scheduler: Scheduler);
        using var second = new StubApp(_ => (HttpStatusCode.OK, ""));
        using var first = new StubApp(call =>
        {
            if (call.Path == "/job/j")
            {
                Dapr.StopDelivering();
            }

            return (HttpStatusCode.OK, "");
        });
        await Dapr.ConnectAppAsync(first);
        await replica.ConnectAppAsync(second);
        await PostAsync("v1.0/jobs/j", """{"dueTime":"1s"}""");

        await Scheduler.AdvanceAsync(TimeSpan.FromSeconds(2));

        Assert.Single(first.Posts("/job/j"));
        Assert.Single(second.Posts("/job/j"));
        Assert.Equal(200, Assert.Single(Scheduler.Triggers).Status);
    }
}
