using Backup.Engine;

namespace Backup.Sidecar.Jobs;

/// <summary>
/// When something is due: five fields of cron (minute, hour, day, month, weekday), six with seconds first, as Dapr's
/// Jobs API has them, <c>@hourly</c> … <c>@yearly</c>, or <c>@every 6h</c>. <c>CRON_TZ=Europe/Rome</c> before it names the zone.
/// </summary>
/// <remarks>
/// Where day and weekday are both limited, either is enough, as in cron. A time that the clocks skip in spring falls due
/// when they have skipped; one that comes twice in autumn falls due the first time.
/// </remarks>
internal sealed class CronSchedule
{
    private const int MaxYears = 8; // 29 February may be that far away

    private readonly TimeZoneInfo _zone;
    private readonly TimeSpan _every;
    private readonly CronField _seconds = CronField.Zero;
    private readonly CronField _minutes;
    private readonly CronField _hours;
    private readonly CronField _days;
    private readonly CronField _months;
    private readonly CronField _weekdays;

    private CronSchedule(TimeSpan every)
    {
        (_every, _zone) = (every, TimeZoneInfo.Utc);
        _minutes = _hours = _days = _months = _weekdays = CronField.Zero;
    }

    private CronSchedule(string[] fields, TimeZoneInfo zone)
    {
        _zone = zone;
        if (fields.Length == 6)
        {
            _seconds = CronField.Parse(fields[0], 0, 59, []);
            fields = fields[1..];
        }

        _minutes = CronField.Parse(fields[0], 0, 59, []);
        _hours = CronField.Parse(fields[1], 0, 23, []);
        _days = CronField.Parse(fields[2], 1, 31, []);
        _months = CronField.Parse(fields[3], 1, 12, ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]);
        _weekdays = CronField.Parse(fields[4], 0, 7, ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]);
    }

    /// <summary>Reads a schedule.</summary>
    /// <param name="text">The schedule.</param>
    /// <param name="timeZone">The zone, if the text names none; null: the machine's.</param>
    /// <exception cref="FormatException">It can't be understood, or is never due.</exception>
    public static CronSchedule Parse(string text, string? timeZone)
    {
        string rest = text.Trim();
        foreach (string prefix in (ReadOnlySpan<string>)["CRON_TZ=", "TZ="])
        {
            if (rest.StartsWith(prefix, StringComparison.Ordinal))
            {
                int blank = rest.IndexOf(' ', StringComparison.Ordinal);
                timeZone = rest[prefix.Length..(blank < 0 ? rest.Length : blank)];
                rest = blank < 0 ? "" : rest[blank..].Trim();
            }
        }

        if (rest.StartsWith("@every ", StringComparison.Ordinal))
        {
            return DurationText.TryParse(rest[7..], out TimeSpan every) && every >= TimeSpan.FromSeconds(1)
                ? new CronSchedule(every)
                : throw new FormatException($"«{text}» is no schedule: write @every 90s, 5m or 6h behind «@every», one second at least.");
        }

        string[] fields = (rest switch
        {
            "@hourly" => "0 * * * *",
            "@daily" or "@midnight" => "0 0 * * *",
            "@weekly" => "0 0 * * 0",
            "@monthly" => "0 0 1 * *",
            "@yearly" or "@annually" => "0 0 1 1 *",
            _ => rest,
        }).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length is not (5 or 6))
        {
            throw new FormatException(
                $"«{text}» is no schedule: it has five fields (minute, hour, day, month, weekday), six with seconds first, or is @daily, @every 6h …");
        }

        var schedule = new CronSchedule(fields, ZoneOf(timeZone));
        return schedule.Next(DateTimeOffset.UnixEpoch) is null
            ? throw new FormatException($"«{text}» is never due: there is no such day.")
            : schedule;
    }

    /// <summary>The first time after this one; null if there is none in years.</summary>
    public DateTimeOffset? Next(DateTimeOffset after)
    {
        if (_every > TimeSpan.Zero)
        {
            // On a grid, so that all replicas and restarts agree.
            return new DateTimeOffset((after.UtcTicks / _every.Ticks * _every.Ticks) + _every.Ticks, TimeSpan.Zero);
        }

        DateTime local = TimeZoneInfo.ConvertTime(after, _zone).DateTime;
        DateTime limit = local.AddYears(MaxYears);
        while (NextLocal(local, limit) is { } candidate)
        {
            DateTimeOffset time = ToInstant(candidate);
            if (time > after)
            {
                return time;
            }

            local = candidate;
        }

        return null;
    }

    private static TimeZoneInfo ZoneOf(string? name)
    {
        try
        {
            return string.IsNullOrEmpty(name) ? TimeZoneInfo.Local : TimeZoneInfo.FindSystemTimeZoneById(name);
        }
        catch (Exception exception) when (exception is TimeZoneNotFoundException or InvalidTimeZoneException)
        {
            throw new FormatException($"«{name}» is no time zone that this system knows.", exception);
        }
    }

    private DateTimeOffset ToInstant(DateTime local)
    {
        if (_zone.IsInvalidTime(local))
        {
            // Skipped by the clocks: the same distance after what was the time before the gap.
            return new DateTimeOffset(local, _zone.GetUtcOffset(local.AddHours(-3))).ToUniversalTime();
        }

        TimeSpan offset = _zone.IsAmbiguousTime(local) ? _zone.GetAmbiguousTimeOffsets(local).Max() : _zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }

    private DateTime? NextLocal(DateTime after, DateTime limit)
    {
        DateTime time = new DateTime(after.Year, after.Month, after.Day, after.Hour, after.Minute, after.Second).AddSeconds(1);
        while (time <= limit)
        {
            if (!_months.Has(time.Month))
            {
                time = new DateTime(time.Year, time.Month, 1).AddMonths(1);
            }
            else if (!IsDay(time))
            {
                time = time.Date.AddDays(1);
            }
            else if (!_hours.Has(time.Hour))
            {
                time = time.Date.AddHours(time.Hour + 1);
            }
            else if (!_minutes.Has(time.Minute))
            {
                time = time.Date.AddHours(time.Hour).AddMinutes(time.Minute + 1);
            }
            else if (!_seconds.Has(time.Second))
            {
                time = time.AddSeconds(1);
            }
            else
            {
                return time;
            }
        }

        return null;
    }

    private bool IsDay(DateTime time)
    {
        bool isDay = _days.Has(time.Day);
        bool isWeekday = _weekdays.Has((int)time.DayOfWeek) || (time.DayOfWeek == DayOfWeek.Sunday && _weekdays.Has(7));
        return _days.IsAny || _weekdays.IsAny ? isDay && isWeekday : isDay || isWeekday;
    }
}
