using System.Text;
using Backup.Sidecar.Configuration;
using Backup.Sidecar.Dapr.Doors;
using Backup.Sidecar.Jobs;
using Backup.Sidecar.Tests.Hosting;
using Backup.TestKit.Dapr;
using Microsoft.Extensions.DependencyInjection;

namespace Backup.Sidecar.Tests.Dapr.Doors;

/// <summary>Ticks of input bindings and of Dapr's scheduler.</summary>
public sealed class TickTests
{
    private static readonly Dictionary<string, string?> Policies = new()
    {
        ["Backup:Policies:nightly:Operation"] = "check",
        ["Backup:Policies:nightly:Repository"] = "main",
        ["Backup:Policies:nightly:Schedule"] = "0 2 * * *",
        ["Backup:Policies:nightly:TimeZone"] = "UTC",
        ["Backup:Dapr:Bindings:backup-cron"] = "nightly",
        ["Backup:Dapr:Bindings:backup-queue"] = "*",
    };

    [Fact]
    public async Task A_cron_binding_runs_its_policy_once_a_minute_at_most()
    {
        await using DaprService dapr = await DaprService.StartAsync(Policies, options: new DaprDoubleOptions { Time = new FakeTime() }, prepare: Bind);

        bool first = await dapr.Dapr.FireCronAsync("backup-cron");
        bool second = await dapr.Dapr.FireCronAsync("backup-cron"); // as another replica's
        BackupJob job = Assert.Single(await dapr.SettleAsync());

        Assert.True(first && second);
        Assert.Equal("nightly", job.Policy);
        Assert.Equal(JobDoor.Binding, job.Door);
        Assert.Equal("backup-cron@2026-01-02T03:04Z", job.OperationId);
        Assert.DoesNotContain("other", dapr.Dapr.ReadBindings); // nobody wants it, and daprd was told so
    }

    [Fact]
    public async Task A_binding_may_bring_a_request_and_what_is_none_does_not_come_again()
    {
        await using DaprService dapr = await DaprService.StartAsync(Policies, prepare: Bind);

        bool good = await dapr.Dapr.FireBindingAsync("backup-queue", """{"operation":"check"}"""u8.ToArray());
        foreach (string bad in (string[])
        [
            "junk", "null", """{"backup":{"sources":null}}""", """{"backup":{"sources":[{"files":{"paths":[null]}}]}}""",
            """{"restore":{"target":null}}""", """{"restore":{"target":"/x","snapshot":null}}""",
        ])
        {
            Assert.True(await dapr.Dapr.FireBindingAsync("backup-queue", Encoding.UTF8.GetBytes(bad)), bad);
        }

        Assert.True(good);
        Assert.Equal(JobOperation.Check, Assert.Single(await dapr.SettleAsync()).Operation);
    }

    [Fact]
    public async Task The_scheduler_of_dapr_knows_the_policies_and_its_ticks_run_them()
    {
        await using DaprService dapr = await DaprService.StartAsync(
            new Dictionary<string, string?>(Policies) { ["Backup:Dapr:Jobs"] = "true" }, time: new FakeTime(new DateTimeOffset(2026, 1, 3, 2, 0, 1, TimeSpan.Zero)));
        await dapr.Service.Service.Services.GetRequiredService<SchedulerDoor>().WhenScheduledAsync();

        IReadOnlyList<string> known = dapr.Dapr.Scheduler.Jobs;
        await dapr.Dapr.Scheduler.TriggerAsync("backup-nightly");
        await dapr.Dapr.Scheduler.TriggerAsync("backup-nightly");
        ServiceReply unknown = await dapr.Service.PostAsync("/job/backup-gone", "{}");
        BackupJob job = Assert.Single(await dapr.SettleAsync());

        Assert.Contains(known, name => name.EndsWith("backup-nightly", StringComparison.Ordinal));
        Assert.Equal("nightly@2026-01-03T02:00:00Z", job.OperationId);
        Assert.Equal(JobDoor.Schedule, job.Door);
        unknown.Expect(404);
    }

    [Fact]
    public async Task What_the_scheduler_knows_already_goes_on_when_the_service_starts_anew()
    {
        var settings = new Dictionary<string, string?>(Policies) { ["Backup:Dapr:Jobs"] = "true", ["Backup:Policies:nightly:Schedule"] = "@every 6h" };
        await using DaprService first = await DaprService.StartAsync(settings);
        await first.Part<SchedulerDoor>().WhenScheduledAsync();
        await first.Dapr.Scheduler.AdvanceAsync(TimeSpan.FromHours(5));

        await using RunningService second = await RunningService.StartAsync(settings, environment: DaprService.EnvironmentOf(first.Dapr));
        await second.Service.Services.GetRequiredService<SchedulerDoor>().WhenScheduledAsync();
        await first.Dapr.Scheduler.AdvanceAsync(TimeSpan.FromHours(2));

        Assert.Single(first.Dapr.Scheduler.Triggers);
    }

    [Theory]
    [InlineData("0 2 * * *", null, "0 0 2 * * *")]
    [InlineData("0 2 * * *", "Europe/Rome", "CRON_TZ=Europe/Rome 0 0 2 * * *")]
    [InlineData("CRON_TZ=Europe/Rome 0 2 * * *", null, "CRON_TZ=Europe/Rome 0 0 2 * * *")]
    [InlineData("30 0 2 * * *", null, "30 0 2 * * *")]
    [InlineData("@every 6h", "UTC", "@every 6h")]
    public void Schedules_are_told_with_seconds_and_zone(string schedule, string? zone, string expected) =>
        Assert.Equal(expected, SchedulerDoor.ScheduleOf(new Policy { Schedule = schedule, TimeZone = zone }));

    private static void Bind(DaprDouble dapr) => dapr.InputBindings.AddRange(
        [new InputBinding("backup-cron"), new InputBinding("other"), new InputBinding("backup-queue")]);
}
