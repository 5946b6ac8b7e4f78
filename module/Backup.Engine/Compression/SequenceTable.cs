namespace Backup.Engine.Compression;

/// <summary>The codes of one part of zstd's sequences: the default ones, or those that a block brought along.</summary>
internal sealed class SequenceTable
{
    private readonly FseTable _default;
    private readonly FseTable _own;
    private FseTable? _current;

    public SequenceTable(ReadOnlySpan<short> defaultCounts, int defaultAccuracyLog, int maxAccuracyLog, int maxCode)
    {
        _default = new FseTable(defaultAccuracyLog, maxCode);
        _default.Build(defaultCounts, defaultAccuracyLog);
        _own = new FseTable(maxAccuracyLog, maxCode);
    }

    /// <summary>The table of the current block.</summary>
    public FseTable Current => _current ?? throw ZstdFault.Because("a block repeats codes that there weren't");

    /// <summary>A new frame begins: there is nothing to repeat.</summary>
    public void Clear() => _current = null;

    /// <summary>Becomes the table that a block says.</summary>
    /// <param name="mode">0 default, 1 one code for all, 2 described, 3 as in the block before.</param>
    /// <param name="bytes">The description, if there is one, and what follows it.</param>
    /// <returns>How many bytes the description has.</returns>
    public int Choose(int mode, ReadOnlySpan<byte> bytes)
    {
        switch (mode)
        {
            case 0:
                _current = _default;
                return 0;
            case 1:
                if (bytes.IsEmpty)
                {
                    throw ZstdFault.Because("sequences are cut short");
                }

                _own.BuildForOne(bytes[0]);
                _current = _own;
                return 1;
            case 2:
                int length = _own.ReadFrom(bytes);
                _current = _own;
                return length;
            default:
                _ = Current;
                return 0;
        }
    }
}
