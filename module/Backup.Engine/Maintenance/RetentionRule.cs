using System.Globalization;

namespace Backup.Engine.Maintenance;

/// <summary>One rule of a policy, going through a group's snapshots from the newest to the oldest.</summary>
/// <param name="reason">What it is called in restic's words, <c>daily snapshot</c>.</param>
/// <param name="suffix">What follows.</param>
/// <param name="periodOf">Which period a time lies in; of those in one period the rule wants the newest. Null: each is its own.</param>
/// <param name="count">How many periods it wants; <see cref="RetentionPolicy.Unlimited"/>: all.</param>
/// <param name="after">It wants snapshots after this time only; null: of any time.</param>
internal sealed class RetentionRule(string reason, string suffix, Func<DateTime, int>? periodOf, int count, Timestamp? after)
{
    private int _left = count;
    private int? _lastPeriod;

    public static int HourOf(DateTime time) => (DayOf(time) * 100) + time.Hour;

    public static int DayOf(DateTime time) => (MonthOf(time) * 100) + time.Day;

    public static int WeekOf(DateTime time) => (ISOWeek.GetYear(time) * 100) + ISOWeek.GetWeekOfYear(time);

    public static int MonthOf(DateTime time) => (time.Year * 100) + time.Month;

    public static int YearOf(DateTime time) => time.Year;

    /// <summary>Looks at the next older snapshot.</summary>
    /// <param name="time">When it was made.</param>
    /// <param name="isOldest">Whether it is the last one.</param>
    /// <returns>The reason why the rule wants it, or null.</returns>
    public string? Match(Timestamp time, bool isOldest)
    {
        if (_left == 0 || time <= after)
        {
            return null;
        }

        int? period = periodOf?.Invoke(time.ToDateTimeOffset().DateTime); // the writer's calendar
        bool isNew = period is null || period != _lastPeriod;
        if (!isNew && !isOldest)
        {
            return null;
        }

        _lastPeriod = period;
        _left -= _left > 0 ? 1 : 0;
        return isNew ? reason + suffix : $"oldest {reason}{suffix}";
    }
}
