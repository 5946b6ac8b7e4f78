namespace Backup.Engine.Sources;

/// <summary>An entry that may become part of the backup. Its strings are made only once it does.</summary>
internal readonly ref struct WalkCandidate
{
    private readonly DirectoryFrame? _frame; // null where the names are known
    private readonly EntryNames _names;

    /// <summary>The current entry of a directory.</summary>
    public WalkCandidate(DirectoryFrame frame)
    {
        _frame = frame;
        Reader = frame.Reader;
        Index = frame.Index;
        NameBytes = frame.Reader.Names[frame.Index];
        State = frame.State;
    }

    /// <summary>A target.</summary>
    /// <param name="reader">The target as the one entry.</param>
    /// <param name="names">What it is called.</param>
    /// <param name="nameBytes">Its name on disk.</param>
    /// <param name="isExplicit">Whether it was asked for as it is.</param>
    /// <param name="state">What decides whether it is left out, if it wasn't asked for as it is.</param>
    public WalkCandidate(
        DirectoryReader reader, in EntryNames names, ReadOnlySpan<byte> nameBytes, bool isExplicit, ExclusionState state)
    {
        Reader = reader;
        _names = names;
        NameBytes = nameBytes;
        IsExplicit = isExplicit;
        State = state;
    }

    /// <summary>Where it can be looked at.</summary>
    public DirectoryReader Reader { get; }

    /// <summary>Its number there.</summary>
    public int Index { get; }

    /// <summary>Its name on disk.</summary>
    public ReadOnlySpan<byte> NameBytes { get; }

    /// <summary>What decides whether it is left out.</summary>
    public ExclusionState State { get; }

    /// <summary>Whether it was asked for as it is, so nothing can exclude it.</summary>
    public bool IsExplicit { get; }

    /// <summary>What it is called; made anew with each call.</summary>
    public EntryNames MakeNames() => _frame?.NamesOf(NameBytes) ?? _names;
}
