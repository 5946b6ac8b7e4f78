using System.Globalization;
using Backup.Engine;

namespace Backup.Sidecar.CommandLine;

/// <summary>Points in time as people and programs read them.</summary>
internal static class TimeText
{
    private const string ForPeople = "yyyy-MM-dd HH:mm:ss";

    private static readonly string[] Readable =
    [
        ForPeople, "yyyy-MM-dd HH:mm", "yyyy-MM-dd", "yyyy-MM-ddTHH:mm:ss", "yyyy-MM-ddTHH:mm:ssK", "yyyy-MM-ddTHH:mm:ss.FFFFFFFK",
    ];

    /// <summary>Seconds in the time zone of who looks at it.</summary>
    public static string Local(Timestamp time, TimeProvider clock) =>
        TimeZoneInfo.ConvertTime(time.ToDateTimeOffset(), clock.LocalTimeZone).ToString(ForPeople, CultureInfo.InvariantCulture);

    /// <summary>RFC 3339 with the writer's offset and as many digits of a second as it takes, at most nine.</summary>
    public static string Rfc3339(Timestamp time)
    {
        DateTimeOffset moment = time.ToDateTimeOffset();
        string fraction = time.Nanoseconds == 0
            ? ""
            : "." + time.Nanoseconds.ToString("000000000", CultureInfo.InvariantCulture).TrimEnd('0');
        string offset = moment.Offset == TimeSpan.Zero
            ? "Z"
            : moment.ToString("zzz", CultureInfo.InvariantCulture);
        return moment.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture) + fraction + offset;
    }

    /// <summary>Reads a date, with or without a time; without an offset it is meant in the local time zone.</summary>
    public static bool TryParse(string text, TimeProvider clock, out DateTimeOffset time)
    {
        time = default;
        if (!DateTime.TryParseExact(
            text, Readable, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind | DateTimeStyles.AllowWhiteSpaces, out DateTime moment))
        {
            return false;
        }

        // With an offset the text tells the moment completely, whatever zone this machine is in.
        if (moment.Kind != DateTimeKind.Unspecified)
        {
            time = DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AllowWhiteSpaces);
            return true;
        }

        time = new DateTimeOffset(moment, clock.LocalTimeZone.GetUtcOffset(moment));
        return true;
    }
}
