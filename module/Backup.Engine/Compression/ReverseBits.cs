using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Backup.Engine.Compression;

/// <summary>Reads a bit stream from its end to its start, as zstd's entropy coders write them.</summary>
/// <remarks>RFC 8878 §4.1: the highest bit of the last byte ends the stream and is no part of it.</remarks>
internal ref struct ReverseBits
{
    /// <summary>How many bits <see cref="PeekMany"/> gives at least.</summary>
    public const int Many = 56;

    private readonly ReadOnlySpan<byte> _bytes;

    /// <summary>Begins at the end of a stream.</summary>
    /// <exception cref="InvalidDataException">There is no end.</exception>
    public ReverseBits(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty || bytes[^1] == 0)
        {
            throw ZstdFault.Because("a bit stream has no end mark");
        }

        _bytes = bytes;
        Left = (8 * (bytes.Length - 1)) + BitOperations.Log2(bytes[^1]);
    }

    /// <summary>How many bits are left; negative if more were skipped than there were.</summary>
    public int Left { get; private set; }

    /// <summary>Whether <see cref="PeekMany"/> can be used.</summary>
    public readonly bool HasMany => Left >= 64;

    /// <summary>Reads up to 32 bits.</summary>
    /// <exception cref="InvalidDataException">There are not as many left.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Read(int count)
    {
        Left -= count;
        if (Left < 0)
        {
            ZstdFault.Throw("a bit stream is too short");
        }

        int first = Left >> 3;
        ulong word = first + 8 <= _bytes.Length
            ? BinaryPrimitives.ReadUInt64LittleEndian(_bytes[first..])
            : LoadEnd(first);
        return (uint)(word >> (Left & 7)) & (uint)((1UL << count) - 1);
    }

    /// <summary>The next bits, up to 32, without reading them; as if zeros were in front of the stream.</summary>
    public readonly uint Peek(int count)
    {
        int start = Left - count;
        return start >= 0
            ? (uint)(LoadEnd(start >> 3) >> (start & 7)) & (uint)((1UL << count) - 1)
            : Left <= 0 ? 0 : (uint)((LoadEnd(0) & ((1UL << Left) - 1)) << -start);
    }

    /// <summary>The next 56 bits or more, the first one on top, without reading them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly ulong PeekMany()
    {
        int first = (Left - Many) >> 3;
        return BinaryPrimitives.ReadUInt64LittleEndian(_bytes[first..]) << (64 - (Left - (8 * first)));
    }

    /// <summary>Takes bits off the top of what was peeked at.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Take(ref ulong next, int count)
    {
        uint value = (uint)(next >> 1 >> (63 - count));
        next <<= count;
        return value;
    }

    /// <summary>Goes on behind bits that were peeked at.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Skip(int count) => Left -= count;

    // Eight bytes from here, or as many as there are.
    private readonly ulong LoadEnd(int first)
    {
        if (first + 8 <= _bytes.Length)
        {
            return BinaryPrimitives.ReadUInt64LittleEndian(_bytes[first..]);
        }

        ulong word = 0;
        for (int i = _bytes.Length - 1; i >= first; i--)
        {
            word = (word << 8) | _bytes[i];
        }

        return word;
    }
}
