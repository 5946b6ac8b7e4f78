using Backup.Sidecar.Jobs;
using Backup.Sidecar.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Backup.Sidecar.Tests.Jobs;

public sealed class PolicyScheduleTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 0, 0, TimeSpan.Zero);

    private static readonly Dictionary<string, string?> Hourly = new()
    {
        ["Backup:Policies:hourly:Schedule"] = "0 * * * *",
        ["Backup:Policies:hourly:TimeZone"] = "UTC",
        ["Backup:Policies:hourly:Operation"] = "check",
        ["Backup:GracePeriod"] = "0s",
    };

    [Fact]
    public async Task A_policy_runs_once_when_it_is_due()
    {
        var time = new FakeTime(Start);
        await using RunningService service = await RunningService.StartAsync(Hourly, new WaitingExecutor(), time);
        IReadOnlyList<string?> before = await DueAsync(service);

        time.Jump(TimeSpan.FromMinutes(60));
        IReadOnlyList<string?> first = await DueAsync(service);
        IReadOnlyList<string?> again = await DueAsync(service);
        time.Jump(TimeSpan.FromMinutes(61));
        IReadOnlyList<string?> second = await DueAsync(service);

        Assert.Empty(before);
        Assert.Equal(["hourly@2026-01-02T04:00:00Z"], first);
        Assert.Equal(first, again);
        Assert.Equal(["hourly@2026-01-02T05:00:00Z", "hourly@2026-01-02T04:00:00Z"], second);
    }

    [Fact]
    public async Task Times_that_passed_while_the_service_was_down_are_made_up_for_once()
    {
        using var folder = new TempFolder();
        var place = new ServiceFolder(folder);
        var time = new FakeTime(Start);
        await using (RunningService first = await RunningService.StartAsync(place, Hourly, new WaitingExecutor(), time))
        {
            await DueAsync(first);
            time.Jump(TimeSpan.FromHours(1));
            await DueAsync(first);
        }

        time.Jump(TimeSpan.FromHours(5.5));
        await using RunningService second = await RunningService.StartAsync(place, Hourly, new WaitingExecutor(), time);
        IReadOnlyList<string?> jobs = await DueAsync(second);

        Assert.Equal(["hourly@2026-01-02T09:00:00Z", "hourly@2026-01-02T04:00:00Z"], jobs);
    }

    [Fact]
    public async Task It_is_made_up_for_whatever_else_the_policy_did()
    {
        using var folder = new TempFolder();
        var place = new ServiceFolder(folder);
        var time = new FakeTime(Start);
        await using (RunningService first = await RunningService.StartAsync(place, Hourly, new WaitingExecutor(), time))
        {
            await DueAsync(first);
            for (int i = 0; i < 25; i++)
            {
                await first.Book.AcceptAsync(new JobRequest { Policy = "hourly" }, new JobOrigin(JobDoor.Rest, $"asked-{i}"), CancellationToken.None);
            }
        }

        time.Jump(TimeSpan.FromHours(5.5));
        await using RunningService second = await RunningService.StartAsync(place, Hourly, new WaitingExecutor(), time);
        IReadOnlyList<string?> jobs = await DueAsync(second);

        Assert.Equal("hourly@2026-01-02T08:00:00Z", jobs[0]);
    }

    [Theory]
    [InlineData("@yearly", "2027-01-01T00:00:00Z")]
    [InlineData("30 1 5 * *", "2027-02-05T01:30:00Z")]
    [InlineData("0 4 * * *", "2027-02-05T04:00:00Z")]
    [InlineData("@every 1s", "2027-02-06T03:00:00Z")]
    public async Task A_time_long_after_the_jobs_are_forgotten_is_made_up_for_too(string schedule, string expected)
    {
        var policy = new Dictionary<string, string?>(Hourly) { ["Backup:Policies:hourly:Schedule"] = schedule };
        using var folder = new TempFolder();
        var place = new ServiceFolder(folder);
        var time = new FakeTime(Start);
        await using (RunningService first = await RunningService.StartAsync(place, policy, new WaitingExecutor(), time))
        {
            await DueAsync(first);
        }

        time.Jump(TimeSpan.FromDays(400));
        await using RunningService second = await RunningService.StartAsync(place, policy, new WaitingExecutor(), time);
        IReadOnlyList<string?> jobs = await DueAsync(second);

        Assert.Equal([$"hourly@{expected}"], jobs);
    }

    /// <summary>Looks whether something is due (the service itself waits for a clock that stands still).</summary>
    /// <returns>The keys of all jobs, the newest first.</returns>
    private static async Task<IReadOnlyList<string?>> DueAsync(RunningService service)
    {
        await service.Service.Services.GetRequiredService<PolicySchedule>().RunDueAsync(CancellationToken.None);
        return [.. (await service.Book.ListAsync(new JobFilter(), CancellationToken.None)).Select(job => job.OperationId)];
    }
}
