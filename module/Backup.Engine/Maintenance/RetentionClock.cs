namespace Backup.Engine.Maintenance;

/// <summary>Goes back in the calendar as restic, that is Go's <c>Time.AddDate</c>, does.</summary>
/// <param name="zone">This machine's time zone.</param>
internal sealed class RetentionClock(TimeZoneInfo zone)
{
    private const int SecondsPerDay = 86_400;
    private const int SecondsPerHour = 3_600;

    /// <summary>The time that lies a span before another: years, months and days by the calendar, then hours by the clock.</summary>
    /// <remarks>
    /// A day that the month does not have runs over into the next month: a month before March 31st is March 3rd. The calendar
    /// is that of the time's own offset, or of this machine's zone where the offset is the zone's, as Go has it.
    /// </remarks>
    public Timestamp Before(Timestamp time, RetentionSpan span)
    {
        int offset = time.OffsetInMinutes * 60;
        bool isLocal = offset != 0 && OffsetAt(time.Seconds) == offset;
        DateTime wall = time.ToDateTimeOffset().DateTime;
        long months = (wall.Year * 12L) + wall.Month - 1 - (span.Years * 12L) - span.Months;
        if (months < 12)
        {
            return new Timestamp(long.MinValue, 0, 0); // before the year 1 there is nothing to be left out
        }

        var monthsFirst = new DateTime((int)(months / 12), (int)(months % 12) + 1, 1, 0, 0, 0, DateTimeKind.Utc);
        long seconds = ((monthsFirst - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerSecond)
            + ((wall.Day - 1L - span.Days) * SecondsPerDay)
            + (wall.TimeOfDay.Ticks / TimeSpan.TicksPerSecond);
        seconds -= isLocal ? OffsetOfWallTime(seconds) : offset;
        return time with { Seconds = seconds - ((long)span.Hours * SecondsPerHour) };
    }

    /// <summary>The offset of a local time: where the zone leaves out or repeats it, the one that Go chooses.</summary>
    private int OffsetOfWallTime(long wallSeconds)
    {
        int guess = OffsetAt(wallSeconds);
        return guess == 0 ? 0 : OffsetAt(wallSeconds - guess);
    }

    private int OffsetAt(long seconds) =>
        (int)zone.GetUtcOffset(new Timestamp(seconds, 0, 0).ToDateTimeOffset().UtcDateTime).TotalSeconds;
}
