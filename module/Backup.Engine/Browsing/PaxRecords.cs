using System.Buffers;
using System.Globalization;
using System.Text;

namespace Backup.Engine.Browsing;

/// <summary>Records of an extended header of a tar archive: what the old header has no room for.</summary>
/// <remarks>Format: POSIX.1-2001, pax, «pax Extended Header»: <c>length key=value\n</c>, the length counting itself.</remarks>
internal sealed class PaxRecords
{
    private readonly ArrayBufferWriter<byte> _records = new();

    /// <summary>Bytes of all records.</summary>
    public int Length => _records.WrittenCount;

    /// <summary>The records.</summary>
    public ReadOnlyMemory<byte> Bytes => _records.WrittenMemory;

    /// <summary>Removes all.</summary>
    public void Clear() => _records.ResetWrittenCount();

    /// <summary>Adds a number.</summary>
    public void Add(string key, ulong value) => Add(key, Encoding.ASCII.GetBytes(value.ToString(CultureInfo.InvariantCulture)));

    /// <summary>Adds a time: seconds with as many decimals as it takes.</summary>
    public void Add(string key, Timestamp time)
    {
        // The nanoseconds count forward from the seconds; the text's decimals away from zero.
        (long seconds, int nanoseconds) = (time.Seconds, time.Nanoseconds);
        string sign = "";
        if (seconds < 0)
        {
            sign = "-";
            (seconds, nanoseconds) = nanoseconds == 0 ? (-seconds, 0) : (-seconds - 1, 1_000_000_000 - nanoseconds);
        }

        string text = nanoseconds == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{sign}{seconds}")
            : string.Create(CultureInfo.InvariantCulture, $"{sign}{seconds}.{nanoseconds:D9}").TrimEnd('0');
        Add(key, Encoding.ASCII.GetBytes(text));
    }

    /// <summary>Adds bytes.</summary>
    /// <param name="key">What they are; without <c>=</c>.</param>
    /// <param name="value">Any bytes; names and texts should be UTF-8.</param>
    public void Add(string key, ReadOnlySpan<byte> value)
    {
        byte[] keyBytes = Encoding.UTF8.GetBytes(key);
        int rest = keyBytes.Length + value.Length + " =\n".Length;
        int length = rest + Digits(rest);
        if (Digits(length) != Digits(rest))
        {
            length++;
        }

        _records.Write(Encoding.ASCII.GetBytes(length.ToString(CultureInfo.InvariantCulture)));
        _records.Write(" "u8);
        _records.Write(keyBytes);
        _records.Write("="u8);
        _records.Write(value);
        _records.Write("\n"u8);
    }

    private static int Digits(int number) => number.ToString(CultureInfo.InvariantCulture).Length;
}
