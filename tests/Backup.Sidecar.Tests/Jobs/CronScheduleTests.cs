using System.Globalization;
using Backup.Sidecar.Jobs;

namespace Backup.Sidecar.Tests.Jobs;

public sealed class CronScheduleTests
{
    [Theory]
    [InlineData("0 2 * * *", "UTC", "2026-01-02T03:04:05Z", "2026-01-03T02:00:00Z")]
    [InlineData("*/15 * * * *", "UTC", "2026-01-02T03:04:05Z", "2026-01-02T03:15:00Z")]
    [InlineData("0 0 2 * * *", "UTC", "2026-01-02T03:04:05Z", "2026-01-03T02:00:00Z")]
    [InlineData("30 4 * * * *", "UTC", "2026-01-02T03:04:05Z", "2026-01-02T03:04:30Z")]
    [InlineData("0 9 * * MON-FRI", "UTC", "2026-01-02T12:00:00Z", "2026-01-05T09:00:00Z")]
    [InlineData("0 9 * * 7", "UTC", "2026-01-02T12:00:00Z", "2026-01-04T09:00:00Z")]
    [InlineData("0 0 13 * 5", "UTC", "2026-01-02T12:00:00Z", "2026-01-09T00:00:00Z")] // either is enough
    [InlineData("0 0 29 2 *", "UTC", "2026-03-01T00:00:00Z", "2028-02-29T00:00:00Z")]
    [InlineData("0 0 1 JAN,jul *", "UTC", "2026-01-02T00:00:00Z", "2026-07-01T00:00:00Z")]
    [InlineData("@daily", "UTC", "2026-01-02T03:04:05Z", "2026-01-03T00:00:00Z")]
    [InlineData("@hourly", "UTC", "2026-01-02T03:00:00Z", "2026-01-02T04:00:00Z")]
    [InlineData("@weekly", "UTC", "2026-01-02T03:00:00Z", "2026-01-04T00:00:00Z")]
    [InlineData("@every 6h", null, "2026-01-02T03:04:05Z", "2026-01-02T06:00:00Z")]
    [InlineData("@every 90s", null, "2026-01-02T03:04:05Z", "2026-01-02T03:04:30Z")]
    [InlineData("CRON_TZ=Europe/Rome 0 2 * * *", "UTC", "2026-01-02T03:04:05Z", "2026-01-03T01:00:00Z")]
    [InlineData("0 2 * * *", "America/New_York", "2026-07-02T03:04:05Z", "2026-07-02T06:00:00Z")]
    [InlineData("30 2 * * *", "Europe/Rome", "2026-03-28T12:00:00Z", "2026-03-29T01:30:00Z")] // skipped: 02:30 would have been this instant
    [InlineData("30 2 * * *", "Europe/Rome", "2026-10-24T12:00:00Z", "2026-10-25T00:30:00Z")] // twice: the first one
    [InlineData("30 2 * * *", "Europe/Rome", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z")]
    public void The_next_time_is_found(string schedule, string? zone, string after, string expected)
    {
        DateTimeOffset? next = CronSchedule.Parse(schedule, zone).Next(DateTimeOffset.Parse(after, CultureInfo.InvariantCulture));

        Assert.Equal(DateTimeOffset.Parse(expected, CultureInfo.InvariantCulture), next);
    }

    [Theory]
    [InlineData("")]
    [InlineData("* * * *")]
    [InlineData("* * * * * * *")]
    [InlineData("60 * * * *")]
    [InlineData("* 24 * * *")]
    [InlineData("* * 0 * *")]
    [InlineData("* * * 13 *")]
    [InlineData("* * * * 8")]
    [InlineData("5-1 * * * *")]
    [InlineData("*/0 * * * *")]
    [InlineData("a * * * *")]
    [InlineData("-1 * * * *")]
    [InlineData("0 0 30 2 *")]
    [InlineData("@every 0s")]
    [InlineData("@every x")]
    [InlineData("@sometimes")]
    [InlineData("CRON_TZ=Nowhere/Land 0 2 * * *")]
    public void What_is_no_schedule_is_refused(string schedule) =>
        Assert.Throws<FormatException>(() => CronSchedule.Parse(schedule, "UTC"));

    [Fact]
    public void The_next_time_fits_and_none_before_it_does() => PropertyCheck.Holds(random =>
    {
        int minute = random.Next(60);
        int hour = random.Next(24);
        int weekday = random.Next(7);
        CronSchedule schedule = CronSchedule.Parse($"{minute} {hour} * * {weekday}", "UTC");
        DateTimeOffset after = DateTimeOffset.UnixEpoch.AddMinutes(random.Next(20_000_000, 40_000_000));

        DateTimeOffset? next = schedule.Next(after);

        DateTimeOffset expected = after.AddMinutes(1);
        while (expected.Minute != minute || expected.Hour != hour || (int)expected.DayOfWeek != weekday)
        {
            expected = expected.AddMinutes(1);
        }

        Assert.Equal(expected, next);
    });
}
