using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Backup.Engine.Json;

/// <summary>Appends JSON to a growing buffer, byte for byte as Go's <c>encoding/json</c> does. Not thread-safe.</summary>
/// <param name="capacity">Room to begin with, in bytes, where it is known how much will come.</param>
internal sealed class GoJsonWriter(int capacity = GoJsonWriter.InitialCapacity)
{
    private const int InitialCapacity = 4096;
    private const int KeptCapacity = 16 * 1024 * 1024;

    private byte[] _buffer = new byte[capacity];
    private byte[] _utf8 = new byte[256];
    private readonly byte[] _timeText = new byte[Rfc3339.MaxLength]; // the time written last: most are repeated
    private int _timeLength;
    private Timestamp _time;

    /// <summary>How many bytes there are.</summary>
    public int Length { get; private set; }

    /// <summary>The bytes, valid until the next change.</summary>
    public ReadOnlyMemory<byte> Written => _buffer.AsMemory(0, Length);

    /// <summary>Begins anew. The room stays, unless it is very large.</summary>
    public void Clear()
    {
        Length = 0;
        if (_buffer.Length > KeptCapacity)
        {
            _buffer = new byte[InitialCapacity];
        }
    }

    /// <summary>Takes back the bytes after the first <paramref name="length"/>.</summary>
    public void Truncate(int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)length, (uint)Length, nameof(length));
        Length = length;
    }

    /// <summary>Appends bytes as they are.</summary>
    public void WriteRaw(ReadOnlySpan<byte> utf8)
    {
        utf8.CopyTo(Reserve(utf8.Length));
        Length += utf8.Length;
    }

    /// <summary>Appends a string in quotes. Bytes that are not UTF-8 (see <see cref="FileName"/>) become <c>\ufffd</c>.</summary>
    public void WriteString(ReadOnlySpan<char> text)
    {
        if (!TryWritePlain(text))
        {
            ReadOnlySpan<byte> utf8 = ToBytes(text);
            Span<byte> room = ReserveQuoted(checked(utf8.Length * GoText.MaxGrowth));
            CloseQuotes(room, GoText.EscapeJson(utf8, room[1..]));
        }
    }

    /// <summary>Appends a node's name in quotes: escaped as Go source and then for JSON.</summary>
    public void WriteName(ReadOnlySpan<char> name)
    {
        if (!TryWritePlain(name))
        {
            ReadOnlySpan<byte> utf8 = ToBytes(name);
            Span<byte> room = ReserveQuoted(checked(utf8.Length * GoText.MaxGrowth));
            CloseQuotes(room, GoText.EscapeName(utf8, room[1..]));
        }
    }

    /// <summary>Appends a number.</summary>
    public void WriteNumber(ulong number)
    {
        Utf8Formatter.TryFormat(number, Reserve(20), out int length);
        Length += length;
    }

    /// <summary>Appends a number.</summary>
    public void WriteNumber(long number)
    {
        number.TryFormat(Reserve(20), out int length, default, CultureInfo.InvariantCulture);
        Length += length;
    }

    /// <summary>Appends an id in quotes.</summary>
    public void WriteId(Digest id)
    {
        Span<byte> bytes = stackalloc byte[Digest.Length];
        id.CopyTo(bytes);
        Span<byte> room = ReserveQuoted(2 * Digest.Length);
        Convert.TryToHexStringLower(bytes, room[1..], out int length);
        CloseQuotes(room, length);
    }

    /// <summary>Appends a time in quotes.</summary>
    public void WriteTime(Timestamp time)
    {
        if (_timeLength == 0 || time != _time)
        {
            _timeLength = Rfc3339.Write(time, _timeText);
            _time = time;
        }

        Span<byte> room = ReserveQuoted(_timeLength);
        _timeText.AsSpan(0, _timeLength).CopyTo(room[1..]);
        CloseQuotes(room, _timeLength);
    }

    /// <summary>Appends bytes as Base64 in quotes.</summary>
    public void WriteBase64(ReadOnlySpan<byte> bytes)
    {
        Span<byte> room = ReserveQuoted(Base64.GetMaxEncodedToUtf8Length(bytes.Length));
        Base64.EncodeToUtf8(bytes, room[1..], out _, out int length);
        CloseQuotes(room, length);
    }

    /// <summary>Appends a JSON value that stands ready, without its white space, and with HTML's characters escaped.</summary>
    /// <param name="json">Valid JSON.</param>
    public void WriteCompacted(ReadOnlySpan<byte> json)
    {
        bool isInString = false;
        for (int i = 0; i < json.Length; i++)
        {
            byte one = json[i];
            if (!isInString && one is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
            {
                continue;
            }

            if (one == '"')
            {
                isInString = !isInString;
            }

            if (one == '\\' && i + 1 < json.Length)
            {
                WriteRaw(json.Slice(i++, 2));
            }
            else if (one is (byte)'<' or (byte)'>' or (byte)'&')
            {
                WriteRaw(one == '<' ? "\\u003c"u8 : one == '>' ? "\\u003e"u8 : "\\u0026"u8);
            }
            else if (json[i..].StartsWith("\u2028"u8) || json[i..].StartsWith("\u2029"u8))
            {
                WriteRaw(json[i + 2] == 0xA8 ? "\\u2028"u8 : "\\u2029"u8);
                i += 2;
            }
            else
            {
                WriteRaw(json.Slice(i, 1));
            }
        }
    }

    private bool TryWritePlain(ReadOnlySpan<char> text)
    {
        if (!GoText.IsPlain(text))
        {
            return false;
        }

        Span<byte> room = ReserveQuoted(text.Length);
        Ascii.FromUtf16(text, room[1..], out int length);
        CloseQuotes(room, length);
        return true;
    }

    private ReadOnlySpan<byte> ToBytes(ReadOnlySpan<char> text)
    {
        int needed = FileName.MaxEncodedLength(text.Length);
        if (needed > _utf8.Length)
        {
            _utf8 = new byte[Math.Max(needed, 2 * _utf8.Length)];
        }

        return _utf8.AsSpan(0, FileName.Encode(text, _utf8));
    }

    private Span<byte> ReserveQuoted(int length)
    {
        Span<byte> room = Reserve(length + 2);
        room[0] = (byte)'"';
        return room;
    }

    private void CloseQuotes(Span<byte> room, int length)
    {
        room[length + 1] = (byte)'"';
        Length += length + 2;
    }

    private Span<byte> Reserve(int length)
    {
        if (length > _buffer.Length - Length)
        {
            Grow(length);
        }

        return _buffer.AsSpan(Length);
    }

    private void Grow(int length)
    {
        long needed = (long)Length + length;
        if (needed > Array.MaxLength)
        {
            throw new InvalidOperationException("A document of more than 2 GiB can't be written.");
        }

        Array.Resize(ref _buffer, (int)Math.Min(Array.MaxLength, Math.Max(needed, 2L * _buffer.Length)));
    }
}
