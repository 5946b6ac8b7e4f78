using System.Globalization;

namespace Backup.Engine;

/// <summary>A point in time with nanoseconds and the offset it was written with: what a repository stores.</summary>
/// <param name="Seconds">Since 1970-01-01T00:00:00Z; negative before.</param>
/// <param name="Nanoseconds">0 … 999,999,999.</param>
/// <param name="OffsetInMinutes">The writer's offset from UTC. It takes no part in the order of times.</param>
/// <remarks>Format: RFC 3339 with up to nine digits of a second, as Go's <c>time.RFC3339Nano</c>.</remarks>
public readonly record struct Timestamp(long Seconds, int Nanoseconds, short OffsetInMinutes)
    : IComparable<Timestamp>
{
    /// <summary>The same instant, whatever the offset.</summary>
    public bool IsSameInstant(Timestamp other) => Seconds == other.Seconds && Nanoseconds == other.Nanoseconds;

    /// <summary>Takes a <see cref="DateTimeOffset"/> with its offset; it resolves 100 nanoseconds.</summary>
    public static Timestamp From(DateTimeOffset time)
    {
        long ticks = time.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks;
        (long seconds, long rest) = Math.DivRem(ticks, TimeSpan.TicksPerSecond);
        if (rest < 0)
        {
            (seconds, rest) = (seconds - 1, rest + TimeSpan.TicksPerSecond);
        }

        return new Timestamp(seconds, (int)rest * 100, (short)time.Offset.TotalMinutes);
    }

    /// <summary>As <see cref="DateTimeOffset"/>, cut to 100 nanoseconds and to its range (years 1 … 9999).</summary>
    public DateTimeOffset ToDateTimeOffset()
    {
        TimeSpan offset = TimeSpan.FromMinutes(Math.Clamp((int)OffsetInMinutes, -840, 840));
        long ticks = Math.Clamp(
            (Math.Clamp(Seconds, -62_135_596_800, 253_402_300_799) * TimeSpan.TicksPerSecond) + (Nanoseconds / 100)
                + DateTimeOffset.UnixEpoch.UtcTicks,
            Math.Max(0, -offset.Ticks),
            DateTimeOffset.MaxValue.UtcTicks - Math.Max(0, offset.Ticks)); // the writer's clock must not leave the range either
        return new DateTimeOffset(ticks, TimeSpan.Zero).ToOffset(offset);
    }

    /// <summary>Orders by instant.</summary>
    public int CompareTo(Timestamp other) =>
        Seconds != other.Seconds ? Seconds.CompareTo(other.Seconds) : Nanoseconds.CompareTo(other.Nanoseconds);

    /// <summary>For people: local time of the writer, seconds.</summary>
    public override string ToString() =>
        ToDateTimeOffset().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>Orders by instant.</summary>
    public static bool operator <(Timestamp left, Timestamp right) => left.CompareTo(right) < 0;

    /// <summary>Orders by instant.</summary>
    public static bool operator >(Timestamp left, Timestamp right) => left.CompareTo(right) > 0;

    /// <summary>Orders by instant.</summary>
    public static bool operator <=(Timestamp left, Timestamp right) => left.CompareTo(right) <= 0;

    /// <summary>Orders by instant.</summary>
    public static bool operator >=(Timestamp left, Timestamp right) => left.CompareTo(right) >= 0;
}
