using System.Text;

namespace Backup.Engine.Browsing;

/// <summary>Fills the 512 bytes of a header of a tar archive.</summary>
/// <remarks>Format: POSIX.1-2001, pax, «ustar Interchange Format».</remarks>
internal readonly ref struct TarHeader
{
    /// <summary>Bytes of a header; contents are padded to a multiple of it.</summary>
    public const int Length = 512;

    /// <summary>Bytes of a name or the target of a link.</summary>
    public const int MaxName = 100;

    /// <summary>Bytes of the name of a user or group, which a zero byte ends.</summary>
    public const int MaxOwner = 31;

    /// <summary>The largest number of seven octal digits.</summary>
    public const uint MaxShortNumber = (1 << 21) - 1;

    /// <summary>The largest number of eleven octal digits.</summary>
    public const long MaxLongNumber = (1L << 33) - 1;

    private readonly Span<byte> _bytes;

    /// <summary>Begins a header.</summary>
    /// <param name="bytes"><see cref="Length"/> bytes, which are cleared.</param>
    /// <param name="type">Such as <c>0</c> for a file.</param>
    public TarHeader(Span<byte> bytes, char type)
    {
        _bytes = bytes[..Length];
        _bytes.Clear();
        _bytes[156] = (byte)type;
        "ustar\0"u8.CopyTo(_bytes[257..]);
        "00"u8.CopyTo(_bytes[263..]);
    }

    public ReadOnlySpan<byte> Name
    {
        init => Copy(value, 0, MaxName);
    }

    public int Mode
    {
        init => PutNumber(100, 7, value);
    }

    public uint Uid
    {
        init => PutNumber(108, 7, value <= MaxShortNumber ? value : 0);
    }

    public uint Gid
    {
        init => PutNumber(116, 7, value <= MaxShortNumber ? value : 0);
    }

    public long Size
    {
        init => PutNumber(124, 11, value <= MaxLongNumber ? value : 0);
    }

    public long ModTime
    {
        init => PutNumber(136, 11, value is >= 0 and <= MaxLongNumber ? value : 0);
    }

    public ReadOnlySpan<byte> LinkName
    {
        init => Copy(value, 157, MaxName);
    }

    public string User
    {
        init => Copy(Encoding.UTF8.GetBytes(value), 265, MaxOwner);
    }

    public string Group
    {
        init => Copy(Encoding.UTF8.GetBytes(value), 297, MaxOwner);
    }

    /// <summary>The number of a device as Linux's <c>dev_t</c>.</summary>
    public ulong Device
    {
        init
        {
            PutNumber(329, 7, (long)((value >> 8 & 0xFFF) | (value >> 32 & ~0xFFFUL)) & MaxShortNumber);
            PutNumber(337, 7, (long)((value & 0xFF) | (value >> 12 & ~0xFFUL)) & MaxShortNumber);
        }
    }

    /// <summary>Puts in the checksum, which has to be last.</summary>
    public void Complete()
    {
        _bytes.Slice(148, 8).Fill((byte)' ');
        int sum = 0;
        foreach (byte value in _bytes)
        {
            sum += value;
        }

        PutNumber(148, 6, sum);
        _bytes[154] = 0;
    }

    private void Copy(ReadOnlySpan<byte> value, int offset, int max) =>
        value[..Math.Min(value.Length, max)].CopyTo(_bytes[offset..]);

    private void PutNumber(int offset, int digits, long value)
    {
        for (int i = digits - 1; i >= 0; i--)
        {
            _bytes[offset + i] = (byte)('0' + (value & 7));
            value >>= 3;
        }
    }
}
