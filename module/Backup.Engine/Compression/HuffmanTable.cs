using System.Numerics;
using System.Runtime.CompilerServices;

namespace Backup.Engine.Compression;

/// <summary>A decoding table of zstd's Huffman coder for literals. Reusable, without allocating.</summary>
/// <remarks>RFC 8878 §4.2.</remarks>
internal sealed class HuffmanTable
{
    private const int MaxBits = 11;
    private const int MaxWeights = 255;

    // So many symbols of 11 bits are sure to be in the 56 that can be peeked at.
    private const int Batch = 5;

    // By the next bits: the symbol in the low byte, how many bits it has in the high one.
    private readonly ushort[] _entries = new ushort[1 << MaxBits];
    private readonly FseTable _weightCodes = new(maxAccuracyLog: 6, maxSymbol: MaxBits + 1);
    private int _bits;

    /// <summary>Whether there is a table: a frame's first block has none to repeat.</summary>
    public bool IsBuilt => _bits > 0;

    /// <summary>Forgets the table.</summary>
    public void Clear() => _bits = 0;

    /// <summary>Reads a table's description, and becomes that table.</summary>
    /// <returns>How many bytes the description has.</returns>
    public int ReadFrom(ReadOnlySpan<byte> bytes)
    {
        Clear();
        if (bytes.IsEmpty)
        {
            throw ZstdFault.Because("a Huffman table is missing");
        }

        Span<byte> weights = stackalloc byte[MaxWeights + 1];
        int header = bytes[0];
        int count;
        int length;
        if (header >= 128)
        {
            count = header - 127;
            length = (count + 1) / 2;
            RequireLength(bytes, length);
            for (int i = 0; i < count; i++)
            {
                weights[i] = (byte)((bytes[1 + (i / 2)] >> (i % 2 == 0 ? 4 : 0)) & 15);
            }
        }
        else
        {
            length = header;
            RequireLength(bytes, length);
            count = ReadWeights(bytes.Slice(1, length), weights);
        }

        Build(weights, count);
        return 1 + length;
    }

    /// <summary>Decodes one stream to exactly as many symbols as there is room for.</summary>
    public void Decode(ReadOnlySpan<byte> stream, Span<byte> symbols)
    {
        var bits = new ReverseBits(stream);
        DecodeRest(ref bits, symbols);
    }

    /// <summary>Decodes four streams, side by side because each waits for itself, to neighbouring symbols.</summary>
    /// <param name="streams">The jump table and the streams.</param>
    /// <param name="symbols">Room for exactly as many symbols as the streams have.</param>
    public void DecodeFour(ReadOnlySpan<byte> streams, Span<byte> symbols)
    {
        const int JumpTable = 6;
        int quarter = (symbols.Length + 3) / 4;
        if (streams.Length < JumpTable || 3 * quarter > symbols.Length)
        {
            throw ZstdFault.Because("literals are cut short");
        }

        int length0 = streams[0] | (streams[1] << 8);
        int length1 = streams[2] | (streams[3] << 8);
        int length2 = streams[4] | (streams[5] << 8);
        streams = streams[JumpTable..];
        if (length0 + length1 + length2 >= streams.Length)
        {
            throw ZstdFault.Because("literals are cut short");
        }

        var bits0 = new ReverseBits(streams[..length0]);
        var bits1 = new ReverseBits(streams.Slice(length0, length1));
        var bits2 = new ReverseBits(streams.Slice(length0 + length1, length2));
        var bits3 = new ReverseBits(streams[(length0 + length1 + length2)..]);
        Span<byte> symbols0 = symbols[..quarter];
        Span<byte> symbols1 = symbols.Slice(quarter, quarter);
        Span<byte> symbols2 = symbols.Slice(2 * quarter, quarter);
        Span<byte> symbols3 = symbols[(3 * quarter)..];

        ReadOnlySpan<ushort> entries = _entries;
        int shift = 64 - _bits;
        int done = 0;
        while (symbols3.Length - done >= Batch && bits0.HasMany && bits1.HasMany && bits2.HasMany && bits3.HasMany)
        {
            DecodeBatch(entries, shift, ref bits0, symbols0.Slice(done, Batch));
            DecodeBatch(entries, shift, ref bits1, symbols1.Slice(done, Batch));
            DecodeBatch(entries, shift, ref bits2, symbols2.Slice(done, Batch));
            DecodeBatch(entries, shift, ref bits3, symbols3.Slice(done, Batch));
            done += Batch;
        }

        DecodeRest(ref bits0, symbols0[done..]);
        DecodeRest(ref bits1, symbols1[done..]);
        DecodeRest(ref bits2, symbols2[done..]);
        DecodeRest(ref bits3, symbols3[done..]);
    }

    private static void RequireLength(ReadOnlySpan<byte> bytes, int length)
    {
        if (bytes.Length < 1 + length)
        {
            throw ZstdFault.Because("a Huffman table is cut short");
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void DecodeBatch(ReadOnlySpan<ushort> entries, int shift, ref ReverseBits bits, Span<byte> symbols)
    {
        ulong next = bits.PeekMany();
        int entry4 = entries[(int)(next >> shift)];
        next <<= entry4 >> 8;
        int entry3 = entries[(int)(next >> shift)];
        next <<= entry3 >> 8;
        int entry2 = entries[(int)(next >> shift)];
        next <<= entry2 >> 8;
        int entry1 = entries[(int)(next >> shift)];
        next <<= entry1 >> 8;
        int entry0 = entries[(int)(next >> shift)];
        symbols[4] = (byte)entry0;
        symbols[3] = (byte)entry1;
        symbols[2] = (byte)entry2;
        symbols[1] = (byte)entry3;
        symbols[0] = (byte)entry4;
        bits.Skip((entry4 >> 8) + (entry3 >> 8) + (entry2 >> 8) + (entry1 >> 8) + (entry0 >> 8));
    }

    private void DecodeRest(ref ReverseBits bits, Span<byte> symbols)
    {
        while (symbols.Length >= Batch && bits.HasMany)
        {
            DecodeBatch(_entries, 64 - _bits, ref bits, symbols[..Batch]);
            symbols = symbols[Batch..];
        }

        for (int i = 0; i < symbols.Length; i++)
        {
            ushort entry = _entries[bits.Peek(_bits)];
            symbols[i] = (byte)entry;
            bits.Skip(entry >> 8);
        }

        if (bits.Left != 0)
        {
            throw ZstdFault.Because("literals are not as many as they should be");
        }
    }

    /// <summary>Reads weights that are themselves compressed, by two states in turn.</summary>
    private int ReadWeights(ReadOnlySpan<byte> bytes, Span<byte> weights)
    {
        int description = _weightCodes.ReadFrom(bytes);
        var bits = new ReverseBits(bytes[description..]);
        ReadOnlySpan<FseEntry> entries = _weightCodes.Entries;
        FseEntry current = entries[(int)bits.Read(_weightCodes.AccuracyLog)];
        FseEntry other = entries[(int)bits.Read(_weightCodes.AccuracyLog)];
        int count = 0;
        while (count < MaxWeights - 1)
        {
            weights[count++] = current.Symbol;
            if (bits.Left < current.Bits)
            {
                // The stream ends where a state can't go on; the other one still has its symbol.
                weights[count++] = other.Symbol;
                return count;
            }

            FseEntry next = entries[current.Baseline + (int)bits.Read(current.Bits)];
            (current, other) = (other, next);
        }

        throw ZstdFault.Because("a Huffman table has too many symbols");
    }

    private void Build(Span<byte> weights, int count)
    {
        int sum = 0;
        foreach (byte weight in weights[..count])
        {
            sum += weight > MaxBits ? throw ZstdFault.Because("a Huffman code is too long") : (1 << weight) >> 1;
        }

        // The last symbol's weight isn't written: it makes the sum a power of two.
        int bits = sum == 0 ? 0 : BitOperations.Log2((uint)sum) + 1;
        int rest = (1 << bits) - sum;
        if (bits is 0 or > MaxBits || !BitOperations.IsPow2(rest))
        {
            throw ZstdFault.Because("a Huffman table does not add up");
        }

        weights[count++] = (byte)(BitOperations.Log2((uint)rest) + 1);
        int position = 0;
        for (int weight = 1; weight <= bits; weight++)
        {
            for (int symbol = 0; symbol < count; symbol++)
            {
                if (weights[symbol] == weight)
                {
                    int length = 1 << (weight - 1);
                    _entries.AsSpan(position, length).Fill((ushort)(symbol | ((bits + 1 - weight) << 8)));
                    position += length;
                }
            }
        }

        _bits = bits;
    }
}
