using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Backup.Engine.Compression;

/// <summary>Decodes the compressed blocks of a frame. Reusable, without allocating.</summary>
/// <remarks>RFC 8878 §3.1.1.3.</remarks>
internal sealed class ZstdBlockDecoder
{
    /// <summary>No block holds more.</summary>
    public const int MaxLength = 128 * 1024;

    private const int Short = 16;

    private readonly byte[] _literals = new byte[MaxLength];
    private readonly HuffmanTable _huffman = new();
    private readonly SequenceTable _literalsCodes = new(
        SequenceCodes.LiteralsCounts, SequenceCodes.LiteralsAccuracyLog, 9, SequenceCodes.MaxLiteralsCode);

    private readonly SequenceTable _offsetCodes = new(
        SequenceCodes.OffsetCounts, SequenceCodes.OffsetAccuracyLog, 8, SequenceCodes.MaxOffsetCode);

    private readonly SequenceTable _matchCodes = new(
        SequenceCodes.MatchCounts, SequenceCodes.MatchAccuracyLog, 9, SequenceCodes.MaxMatchCode);

    // The last three offsets, which sequences name by number.
    private int _offset1;
    private int _offset2;
    private int _offset3;

    /// <summary>A new frame begins.</summary>
    public void Start()
    {
        _huffman.Clear();
        _literalsCodes.Clear();
        _offsetCodes.Clear();
        _matchCodes.Clear();
        (_offset1, _offset2, _offset3) = (1, 4, 8);
    }

    /// <summary>Decodes one block.</summary>
    /// <param name="block">The block without its header.</param>
    /// <param name="content">The frame's content so far, and the room behind it.</param>
    /// <param name="length">How long the content is so far.</param>
    /// <param name="maxLength">How many bytes the block may hold.</param>
    /// <returns>How long the content is now.</returns>
    public int Decode(ReadOnlySpan<byte> block, Span<byte> content, int length, int maxLength)
    {
        ReadOnlySpan<byte> literals = ReadLiterals(block, maxLength, out int read);
        ReadOnlySpan<byte> sequences = block[read..];
        int count = ReadCount(ref sequences);
        Span<byte> room = content[..Math.Min(content.Length, length + maxLength)];
        if (count > 0)
        {
            ReadTables(ref sequences);
            length = Execute(sequences, count, ref literals, room, length);
        }
        else if (!sequences.IsEmpty)
        {
            throw ZstdFault.Because("there is something behind a block");
        }

        if (literals.Length > room.Length - length)
        {
            throw TooMuch(room.Length, content.Length);
        }

        literals.CopyTo(room[length..]);
        return length + literals.Length;
    }

    private static InvalidDataException TooMuch(int allowed, int room) => ZstdFault.Because(
        allowed == room ? $"they hold more than the {room:N0} bytes that there is room for" : "a block holds more than it may");

    private static int ReadCount(ref ReadOnlySpan<byte> sequences)
    {
        int header = sequences.IsEmpty ? throw ZstdFault.Because("sequences are missing") : sequences[0];
        int headerLength = header < 128 ? 1 : header < 255 ? 2 : 3;
        if (sequences.Length < headerLength)
        {
            throw ZstdFault.Because("sequences are cut short");
        }

        int count = headerLength switch
        {
            1 => header,
            2 => ((header - 128) << 8) + sequences[1],
            _ => sequences[1] + (sequences[2] << 8) + 0x7F00,
        };
        sequences = sequences[headerLength..];
        return count;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ReadSequence(
        ref ReverseBits bits,
        FseEntry literalsState,
        FseEntry offsetState,
        FseEntry matchState,
        out int literalsLength,
        out uint offsetValue,
        out int matchLength)
    {
        int offsetBits = offsetState.Symbol;
        int matchBits = SequenceCodes.MatchBits[matchState.Symbol];
        int literalsBits = SequenceCodes.LiteralsBits[literalsState.Symbol];
        offsetValue = 1u << offsetBits;
        matchLength = SequenceCodes.MatchBase[matchState.Symbol];
        literalsLength = SequenceCodes.LiteralsBase[literalsState.Symbol];
        if (bits.HasMany && offsetBits + matchBits + literalsBits <= ReverseBits.Many)
        {
            ulong next = bits.PeekMany();
            offsetValue += ReverseBits.Take(ref next, offsetBits);
            matchLength += (int)ReverseBits.Take(ref next, matchBits);
            literalsLength += (int)ReverseBits.Take(ref next, literalsBits);
            bits.Skip(offsetBits + matchBits + literalsBits);
        }
        else
        {
            offsetValue += bits.Read(offsetBits);
            matchLength += (int)bits.Read(matchBits);
            literalsLength += (int)bits.Read(literalsBits);
        }
    }

    // Most copies are short: sixteen bytes at once, where there is room for them, are faster than as many as there are.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyLiterals(ReadOnlySpan<byte> literals, Span<byte> room, int length, int count)
    {
        if (count <= Short && literals.Length >= Short && room.Length - length >= Short)
        {
            Vector128.Create(literals).CopyTo(room[length..]);
        }
        else
        {
            literals[..count].CopyTo(room[length..]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyMatch(Span<byte> room, int length, int offset, int matchLength)
    {
        if (matchLength <= Short && offset >= Short && room.Length - length >= Short)
        {
            Vector128.Create((ReadOnlySpan<byte>)room[(length - offset)..]).CopyTo(room[length..]);
        }
        else
        {
            CopyLongMatch(room, length, offset, matchLength);
        }
    }

    private static void CopyLongMatch(Span<byte> room, int length, int offset, int matchLength)
    {
        Span<byte> target = room.Slice(length, matchLength);
        if (offset >= matchLength)
        {
            room.Slice(length - offset, matchLength).CopyTo(target);
        }
        else if (offset == 1)
        {
            target.Fill(room[length - 1]);
        }
        else
        {
            // The match runs into itself: what was copied is copied again, twice as much each time.
            ReadOnlySpan<byte> pattern = room.Slice(length - offset, offset);
            pattern.CopyTo(target);
            int copied = offset;
            while (copied < matchLength)
            {
                int more = Math.Min(copied, matchLength - copied);
                target[..more].CopyTo(target[copied..]);
                copied += more;
            }
        }
    }

    private ReadOnlySpan<byte> ReadLiterals(ReadOnlySpan<byte> block, int maxLength, out int read)
    {
        int type = block.IsEmpty ? throw ZstdFault.Because("literals are missing") : block[0] & 3;
        int format = (block[0] >> 2) & 3;
        int headerLength = type < 2
            ? format switch { 1 => 2, 3 => 3, _ => 1 }
            : format switch { 2 => 4, 3 => 5, _ => 3 };
        if (block.Length < headerLength)
        {
            throw ZstdFault.Because("literals are cut short");
        }

        ulong header = 0;
        for (int i = headerLength - 1; i >= 0; i--)
        {
            header = (header << 8) | block[i];
        }

        int sizeBits = type >= 2 ? format switch { 2 => 14, 3 => 18, _ => 10 } : format is 1 or 3 ? (8 * headerLength) - 4 : 5;
        int size = (int)(header >> (sizeBits == 5 ? 3 : 4)) & ((1 << sizeBits) - 1);
        int stored = type switch { 0 => size, 1 => 1, _ => (int)(header >> (4 + sizeBits)) & ((1 << sizeBits) - 1) };
        if (size > maxLength || stored > block.Length - headerLength)
        {
            throw ZstdFault.Because("literals are cut short");
        }

        read = headerLength + stored;
        ReadOnlySpan<byte> bytes = block.Slice(headerLength, stored);
        Span<byte> literals = _literals.AsSpan(0, size);
        switch (type)
        {
            case 0:
                return bytes;
            case 1:
                literals.Fill(bytes[0]);
                return literals;
            case 2:
                bytes = bytes[_huffman.ReadFrom(bytes)..];
                break;
            default:
                if (!_huffman.IsBuilt)
                {
                    throw ZstdFault.Because("a block repeats a Huffman table that there wasn't");
                }

                break;
        }

        if (format == 0)
        {
            _huffman.Decode(bytes, literals);
        }
        else
        {
            _huffman.DecodeFour(bytes, literals);
        }

        return literals;
    }

    private void ReadTables(ref ReadOnlySpan<byte> sequences)
    {
        int modes = sequences.IsEmpty ? throw ZstdFault.Because("sequences are cut short") : sequences[0];
        if ((modes & 3) != 0)
        {
            throw ZstdFault.Because("a reserved bit is set");
        }

        sequences = sequences[1..];
        sequences = sequences[_literalsCodes.Choose(modes >> 6, sequences)..];
        sequences = sequences[_offsetCodes.Choose((modes >> 4) & 3, sequences)..];
        sequences = sequences[_matchCodes.Choose((modes >> 2) & 3, sequences)..];
    }

    /// <summary>Copies literals and matches by turns; leaves the literals behind the last match.</summary>
    private int Execute(
        ReadOnlySpan<byte> sequences, int count, ref ReadOnlySpan<byte> literals, Span<byte> room, int length)
    {
        var bits = new ReverseBits(sequences);
        ReadOnlySpan<FseEntry> literalsStates = _literalsCodes.Current.Entries;
        ReadOnlySpan<FseEntry> offsetStates = _offsetCodes.Current.Entries;
        ReadOnlySpan<FseEntry> matchStates = _matchCodes.Current.Entries;
        FseEntry literalsState = literalsStates[(int)bits.Read(_literalsCodes.Current.AccuracyLog)];
        FseEntry offsetState = offsetStates[(int)bits.Read(_offsetCodes.Current.AccuracyLog)];
        FseEntry matchState = matchStates[(int)bits.Read(_matchCodes.Current.AccuracyLog)];
        while (true)
        {
            ReadSequence(
                ref bits,
                literalsState,
                offsetState,
                matchState,
                out int literalsLength,
                out uint offsetValue,
                out int matchLength);
            long offset = NextOffset(offsetValue, literalsLength);
            if (literalsLength > literals.Length)
            {
                throw ZstdFault.Because("literals are missing");
            }

            if (literalsLength + matchLength > room.Length - length)
            {
                throw ZstdFault.Because("they hold more than they may");
            }

            CopyLiterals(literals, room, length, literalsLength);
            literals = literals[literalsLength..];
            length += literalsLength;
            if (offset > length || offset == 0)
            {
                throw ZstdFault.Because("a match begins before the content");
            }

            CopyMatch(room, length, (int)offset, matchLength);
            length += matchLength;
            if (--count == 0)
            {
                break;
            }

            if (bits.HasMany)
            {
                ulong next = bits.PeekMany();
                bits.Skip(literalsState.Bits + matchState.Bits + offsetState.Bits);
                literalsState = literalsStates[literalsState.Baseline + (int)ReverseBits.Take(ref next, literalsState.Bits)];
                matchState = matchStates[matchState.Baseline + (int)ReverseBits.Take(ref next, matchState.Bits)];
                offsetState = offsetStates[offsetState.Baseline + (int)ReverseBits.Take(ref next, offsetState.Bits)];
            }
            else
            {
                literalsState = literalsStates[literalsState.Baseline + (int)bits.Read(literalsState.Bits)];
                matchState = matchStates[matchState.Baseline + (int)bits.Read(matchState.Bits)];
                offsetState = offsetStates[offsetState.Baseline + (int)bits.Read(offsetState.Bits)];
            }
        }

        return bits.Left == 0 ? length : throw ZstdFault.Because("sequences are not as many as they should be");
    }

    /// <summary>What an offset's value means: three stand for the last ones, and it becomes the last one itself.</summary>
    private long NextOffset(uint value, int literalsLength)
    {
        const int Repeats = 3;
        if (value > Repeats)
        {
            // Larger than any content; int.MaxValue is refused as such.
            int offset = (int)Math.Min(value - Repeats, int.MaxValue);
            (_offset1, _offset2, _offset3) = (offset, _offset1, _offset2);
            return offset;
        }

        // Without literals in between, the very last one would have been part of the match before.
        switch (value + (literalsLength == 0 ? 1u : 0))
        {
            case 1:
                break;
            case 2:
                (_offset1, _offset2) = (_offset2, _offset1);
                break;
            case 3:
                (_offset1, _offset2, _offset3) = (_offset3, _offset1, _offset2);
                break;
            default:
                (_offset1, _offset2, _offset3) = (_offset1 - 1, _offset1, _offset2);
                break;
        }

        return _offset1;
    }
}
