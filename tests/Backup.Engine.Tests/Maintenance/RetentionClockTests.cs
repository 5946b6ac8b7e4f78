using Backup.Engine.Json;
using Backup.Engine.Maintenance;

namespace Backup.Engine.Tests.Maintenance;

public sealed class RetentionClockTests
{
    // In Berlin the clock went from 02:00 to 03:00 on 2026-03-29, and from 03:00 back to 02:00 on 2025-10-26.
    [Theory]
    [InlineData("2026-05-20T12:00:00Z", "1y5m7d2h", "2024-12-13T10:00:00Z")]
    [InlineData("2026-03-31T12:00:00Z", "1m", "2026-03-03T12:00:00Z")]
    [InlineData("2024-02-29T12:00:00Z", "1y", "2023-03-01T12:00:00Z")]
    [InlineData("2026-01-15T12:00:00.123456789Z", "20d", "2025-12-26T12:00:00.123456789Z")]
    [InlineData("2026-04-01T12:00:00+02:00", "7d", "2026-03-25T11:00:00Z")]
    [InlineData("2026-04-01T12:00:00+02:00", "168h", "2026-03-25T10:00:00Z")]
    [InlineData("2026-04-01T12:00:00+03:00", "7d", "2026-03-25T09:00:00Z")]
    [InlineData("2026-04-29T02:30:00+02:00", "1m", "2026-03-29T01:30:00Z")]
    [InlineData("2025-11-26T02:30:00+01:00", "1m", "2025-10-26T01:30:00Z")]
    public void The_calendar_is_that_of_the_time_s_zone(string time, string span, string expected)
    {
        var clock = new RetentionClock(TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"));

        Timestamp before = clock.Before(Parse(time), Span(span));

        Timestamp wanted = Parse(expected);
        Assert.True(wanted.IsSameInstant(before), $"{before.ToDateTimeOffset():o} instead of {wanted.ToDateTimeOffset():o}");
    }

    [Theory]
    [InlineData("5000y")]
    [InlineData("2147483647y2147483647m2147483647d2147483647h")]
    public void Before_the_first_year_there_is_nothing(string span)
    {
        Timestamp before = new RetentionClock(TimeZoneInfo.Utc).Before(Parse("2026-01-01T00:00:00Z"), Span(span));

        Assert.True(before < Parse("0001-01-01T00:00:00Z"));
    }

    [Fact]
    public void Many_days_and_hours_are_no_trouble()
    {
        Timestamp before = new RetentionClock(TimeZoneInfo.Utc).Before(
            Parse("2026-01-01T00:00:00Z"), new RetentionSpan(0, 0, int.MaxValue, int.MaxValue));

        Assert.True(before < Parse("0001-01-01T00:00:00Z"));
    }

    private static RetentionSpan Span(string text) =>
        RetentionSpan.TryParse(text, out RetentionSpan span) ? span : throw new FormatException(text);

    private static Timestamp Parse(string text) =>
        Rfc3339.TryRead(System.Text.Encoding.ASCII.GetBytes(text), out Timestamp time) ? time : throw new FormatException(text);
}
