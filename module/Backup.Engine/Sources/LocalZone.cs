namespace Backup.Engine.Sources;

/// <summary>
/// A time zone's offset at any instant, fast: restic writes each time in local time with the offset of that instant.
/// Thread-safe.
/// </summary>
/// <remarks>
/// Offsets are whole minutes. Where the zone's had seconds (local mean time, mostly before 1900), restic writes a text that
/// means another instant than the file's; ours means the file's.
/// </remarks>
internal sealed class LocalZone
{
    private const int BlockShift = 15; // 9.1 hours: no zone changes twice within a block
    private const int CacheLength = 4096;
    private const long FirstSecond = -62_135_596_800; // year 1
    private const long LastSecond = 253_402_300_799; // year 9999

    private readonly TimeZoneInfo _zone;
    private readonly long[]? _cache; // block number and offset of the blocks seen last; null: the zone never changes
    private readonly short _onlyOffset;

    /// <summary>Takes the zone.</summary>
    public LocalZone(TimeZoneInfo zone)
    {
        _zone = zone;
        _onlyOffset = ToMinutes(zone.BaseUtcOffset);
        if (zone.GetAdjustmentRules().Length > 0)
        {
            _cache = new long[CacheLength];
            Array.Fill(_cache, long.MinValue);
        }
    }

    /// <summary>This machine's zone, or the one that <c>TZ</c> names.</summary>
    public static LocalZone Current { get; } = new(TimeZoneInfo.Local);

    /// <summary>The offset from UTC.</summary>
    /// <param name="seconds">Since 1970-01-01T00:00:00Z.</param>
    public short OffsetInMinutes(long seconds)
    {
        if (_cache is null)
        {
            return _onlyOffset;
        }

        seconds = Math.Clamp(seconds, FirstSecond, LastSecond);
        long block = seconds >> BlockShift;
        ref long cached = ref _cache[block & (CacheLength - 1)];
        long entry = Volatile.Read(ref cached);
        if (entry >> 16 == block)
        {
            return (short)entry;
        }

        short first = Ask(block << BlockShift);
        if (first != Ask(((block + 1) << BlockShift) - 1))
        {
            return Ask(seconds); // the offset changes in this block
        }

        Volatile.Write(ref cached, (block << 16) | (ushort)first);
        return first;
    }

    private short Ask(long seconds)
    {
        long ticks = (Math.Clamp(seconds, FirstSecond, LastSecond) - FirstSecond) * TimeSpan.TicksPerSecond;
        return ToMinutes(_zone.GetUtcOffset(new DateTime(ticks, DateTimeKind.Utc)));
    }

    private static short ToMinutes(TimeSpan offset) => (short)(offset.Ticks / TimeSpan.TicksPerMinute);
}
