namespace Backup.Engine.Sources;

/// <summary>An open directory on disk.</summary>
internal sealed class DirectoryFrame : WalkFrame
{
    private readonly bool _isSamePath;
    private readonly string _locatorStart;

    /// <summary>Takes the reader, and closes it in the end.</summary>
    /// <param name="path">The directory's path in the snapshot.</param>
    /// <param name="locator">Its path on disk.</param>
    /// <param name="reader">Its entries.</param>
    /// <param name="separator">What separates parts of paths on disk.</param>
    /// <param name="state">What decides which of them are left out.</param>
    public DirectoryFrame(string path, string locator, DirectoryReader reader, char separator, ExclusionState state)
        : base(path)
    {
        Reader = reader;
        State = state;
        _isSamePath = path == locator;
        _locatorStart = locator[^1] == separator ? locator : locator + separator;
    }

    /// <summary>Its entries.</summary>
    public DirectoryReader Reader { get; }

    /// <summary>What decides which of them are left out.</summary>
    public ExclusionState State { get; }

    /// <summary>The current entry.</summary>
    public int Index { get; private set; } = -1;

    /// <summary>What an entry is called.</summary>
    public EntryNames NamesOf(ReadOnlySpan<byte> nameBytes)
    {
        string name = FileName.Decode(nameBytes);
        string path = PathOf(name);
        return new EntryNames(name, path, _isSamePath ? path : _locatorStart + name);
    }

    /// <inheritdoc/>
    public override bool MoveNext() => ++Index < Reader.Names.Count;

    /// <inheritdoc/>
    public override void Abandon() => Index = Reader.Names.Count;

    /// <inheritdoc/>
    public override void Suspend() => Reader.Suspend();

    /// <inheritdoc/>
    public override void Resume() => Reader.Resume();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Reader.Dispose();
        }

        base.Dispose(disposing);
    }
}
