using System.Globalization;

namespace Backup.TestKit.Dapr;

/// <summary>When a job runs: <c>@every</c>, <c>@daily</c> and the like, or six cron fields, seconds first.</summary>
internal sealed class JobSchedule
{
    private static readonly string[] Months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
    private static readonly string[] Days = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

    private readonly TimeSpan? _every;
    private readonly bool[][] _fields = [];
    private readonly TimeZoneInfo _zone = TimeZoneInfo.Utc;
    private readonly bool _anyDayOfMonth;
    private readonly bool _anyDayOfWeek;

    /// <summary>Reads one.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public JobSchedule(string text)
    {
        if (text.StartsWith("CRON_TZ=", StringComparison.Ordinal) || text.StartsWith("TZ=", StringComparison.Ordinal))
        {
            string[] parts = text.Split(' ', 2);
            string zone = parts[0][(parts[0].IndexOf('=', StringComparison.Ordinal) + 1)..];
            text = parts.Length > 1 ? parts[1] : "";
            _zone = TimeZoneInfo.TryFindSystemTimeZoneById(zone, out TimeZoneInfo? found)
                ? found
                : throw new FormatException($"provided bad location {zone}");
            if (text.StartsWith("@every", StringComparison.Ordinal))
            {
                throw new FormatException("a zone with @every");
            }
        }

        if (text.StartsWith("@every ", StringComparison.Ordinal))
        {
            _every = GoDuration.TryParse(text[7..], out TimeSpan every) && every > TimeSpan.Zero
                ? every
                : throw new FormatException($"failed to parse duration {text}");
            return;
        }

        string[] fields = (text switch
        {
            "@yearly" or "@annually" => "0 0 0 1 1 *",
            "@monthly" => "0 0 0 1 * *",
            "@weekly" => "0 0 0 * * 0",
            "@daily" or "@midnight" => "0 0 0 * * *",
            "@hourly" => "0 0 * * * *",
            _ => text,
        }).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length != 6)
        {
            throw new FormatException($"expected exactly 6 fields, found {fields.Length}: [{text}]");
        }

        _anyDayOfMonth = fields[3][0] is '*' or '?';
        _anyDayOfWeek = fields[5][0] is '*' or '?';
        _fields =
        [
            Field(fields[0], 0, 59, []), Field(fields[1], 0, 59, []), Field(fields[2], 0, 23, []), Field(fields[3], 1, 31, []),
            Field(fields[4], 1, 12, Months), Field(fields[5], 0, 6, Days),
        ];
    }

    /// <summary>The first time after this one; null if there is none within some years.</summary>
    public DateTimeOffset? After(DateTimeOffset time)
    {
        if (_every is { } every)
        {
            return time + every;
        }

        DateTime local = TimeZoneInfo.ConvertTime(time, _zone).DateTime;
        local = new DateTime(local.Year, local.Month, local.Day, local.Hour, local.Minute, local.Second, DateTimeKind.Unspecified).AddSeconds(1);
        for (DateTime end = local.AddYears(5); local < end;)
        {
            if (!_fields[4][local.Month] || !FitsDay(local))
            {
                local = local.Date.AddDays(1);
            }
            else if (!_fields[2][local.Hour])
            {
                local = local.Date.AddHours(local.Hour + 1);
            }
            else if (!_fields[1][local.Minute])
            {
                local = local.Date.AddHours(local.Hour).AddMinutes(local.Minute + 1);
            }
            else if (!_fields[0][local.Second] || _zone.IsInvalidTime(local))
            {
                local = local.AddSeconds(1);
            }
            else
            {
                return new DateTimeOffset(local, _zone.GetUtcOffset(local)).ToUniversalTime();
            }
        }

        return null;
    }

    /// <summary>Where both kinds of days are restricted, one that fits is enough.</summary>
    private bool FitsDay(DateTime local)
    {
        bool isDayOfMonth = _fields[3][local.Day];
        bool isDayOfWeek = _fields[5][(int)local.DayOfWeek];
        return _anyDayOfMonth || _anyDayOfWeek ? isDayOfMonth && isDayOfWeek : isDayOfMonth || isDayOfWeek;
    }

    private static bool[] Field(string text, int min, int max, string[] names)
    {
        bool[] set = new bool[max + 1];
        foreach (string part in text.Split(','))
        {
            string[] range = part.Split('/', 2);
            int step = range.Length == 2 ? int.Parse(range[1], CultureInfo.InvariantCulture) : 1;
            (int from, int to) = range[0] is "*" or "?"
                ? (min, max)
                : range[0].Split('-', 2) is [string low, string high]
                    ? (Value(low, min, names), Value(high, min, names))
                    : (Value(range[0], min, names), range.Length == 2 ? max : Value(range[0], min, names));
            if (from < min || to > max || step < 1)
            {
                throw new FormatException($"the field {text} is out of its range");
            }

            for (int value = from; value <= to; value += step)
            {
                set[value] = true;
            }
        }

        return set;
    }

    private static int Value(string text, int min, string[] names) =>
        Array.IndexOf(names, text.ToUpperInvariant()) is >= 0 and int index ? index + min : int.Parse(text, CultureInfo.InvariantCulture);
}
