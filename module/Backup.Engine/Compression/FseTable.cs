using System.Numerics;

namespace Backup.Engine.Compression;

/// <summary>A decoding table of zstd's finite state entropy coder. Reusable, without allocating.</summary>
/// <remarks>RFC 8878 §4.1.</remarks>
internal sealed class FseTable
{
    private const int MaxSymbols = 256;
    private const int MinAccuracyLog = 5;

    private readonly FseEntry[] _entries;
    private readonly int _maxAccuracyLog;
    private readonly int _maxSymbol;

    /// <summary>Makes room for tables of at most this size and these symbols.</summary>
    public FseTable(int maxAccuracyLog, int maxSymbol)
    {
        _maxAccuracyLog = maxAccuracyLog;
        _maxSymbol = maxSymbol;
        _entries = new FseEntry[1 << maxAccuracyLog];
    }

    /// <summary>How many bits a state has.</summary>
    public int AccuracyLog { get; private set; }

    /// <summary>The states.</summary>
    public ReadOnlySpan<FseEntry> Entries => _entries.AsSpan(0, 1 << AccuracyLog);

    /// <summary>Becomes the table of one symbol, over and over.</summary>
    public void BuildForOne(byte symbol)
    {
        if (symbol > _maxSymbol)
        {
            throw ZstdFault.Because("a code is not defined");
        }

        AccuracyLog = 0;
        _entries[0] = new FseEntry(0, symbol, 0);
    }

    /// <summary>Reads a table's description, and becomes that table.</summary>
    /// <returns>How many bytes the description has.</returns>
    public int ReadFrom(ReadOnlySpan<byte> bytes)
    {
        Span<short> counts = stackalloc short[MaxSymbols];
        int symbols = 0;
        int bit = 0;
        int accuracyLog = ReadBits(bytes, ref bit, 4) + MinAccuracyLog;
        if (accuracyLog > _maxAccuracyLog)
        {
            throw ZstdFault.Because("an entropy table is too large");
        }

        int left = 1 << accuracyLog;
        while (left > 0)
        {
            if (symbols > _maxSymbol)
            {
                throw ZstdFault.Because("an entropy table has too many symbols");
            }

            // One of left + 2 values: the lower ones take a bit less.
            int width = BitOperations.Log2((uint)left + 1) + 1;
            int shorter = (1 << width) - 1 - (left + 1);
            int low = ReadBits(bytes, ref bit, width - 1);
            int value = low;
            if (low >= shorter)
            {
                value = low | (ReadBits(bytes, ref bit, 1) << (width - 1));
                value -= value >= 1 << (width - 1) ? shorter : 0;
            }

            int count = value - 1;
            counts[symbols++] = (short)count;
            left -= Math.Abs(count);
            if (count == 0)
            {
                symbols = SkipZeros(bytes, ref bit, symbols);
            }
        }

        if (left < 0 || symbols > _maxSymbol + 1)
        {
            throw ZstdFault.Because("an entropy table does not add up");
        }

        Build(counts[..symbols], accuracyLog);
        return (bit + 7) / 8;
    }

    /// <summary>Becomes the table of a distribution.</summary>
    /// <param name="counts">For each symbol how many states it has; -1 is less than one.</param>
    /// <param name="accuracyLog">The counts' sum is 2 to the power of this.</param>
    public void Build(ReadOnlySpan<short> counts, int accuracyLog)
    {
        int size = 1 << accuracyLog;
        Span<byte> symbols = stackalloc byte[size];
        Span<ushort> next = stackalloc ushort[MaxSymbols];

        // The rarest symbols have one state each, at the end.
        int high = size;
        for (int symbol = 0; symbol < counts.Length; symbol++)
        {
            if (counts[symbol] < 0)
            {
                symbols[--high] = (byte)symbol;
                next[symbol] = 1;
            }
        }

        int step = (size >> 1) + (size >> 3) + 3;
        int state = 0;
        for (int symbol = 0; symbol < counts.Length; symbol++)
        {
            for (int i = 0; i < counts[symbol]; i++)
            {
                symbols[state] = (byte)symbol;
                do
                {
                    state = (state + step) & (size - 1);
                }
                while (state >= high);
            }

            next[symbol] = counts[symbol] < 0 ? (ushort)1 : (ushort)counts[symbol];
        }

        if (state != 0)
        {
            throw ZstdFault.Because("an entropy table does not add up");
        }

        AccuracyLog = accuracyLog;
        for (int i = 0; i < size; i++)
        {
            byte symbol = symbols[i];
            int position = next[symbol]++;
            int bits = accuracyLog - BitOperations.Log2((uint)position);
            _entries[i] = new FseEntry((ushort)((position << bits) - size), symbol, (byte)bits);
        }
    }

    private static int SkipZeros(ReadOnlySpan<byte> bytes, ref int bit, int symbols)
    {
        int repeat;
        do
        {
            repeat = ReadBits(bytes, ref bit, 2);
            symbols += repeat;
            if (symbols > MaxSymbols)
            {
                throw ZstdFault.Because("an entropy table has too many symbols");
            }
        }
        while (repeat == 3);

        return symbols;
    }

    private static int ReadBits(ReadOnlySpan<byte> bytes, ref int bit, int count)
    {
        int value = 0;
        for (int i = 0; i < count; i++, bit++)
        {
            if (bit / 8 >= bytes.Length)
            {
                throw ZstdFault.Because("an entropy table is cut short");
            }

            value |= ((bytes[bit / 8] >> (bit % 8)) & 1) << i;
        }

        return value;
    }
}
