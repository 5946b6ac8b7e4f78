namespace Backup.Engine;

/// <summary>One step of the walk through a source: see <see cref="IBackupSource"/>.</summary>
public sealed class SourceEntry
{
    /// <summary>What it says.</summary>
    public required SourceEntryKind Kind { get; init; }

    /// <summary>The path in the snapshot: absolute, parts separated by <c>/</c>.</summary>
    public required string Path { get; init; }

    /// <summary>Name and metadata of an item or a directory, without content and subtree.</summary>
    public Node? Node { get; init; }

    /// <summary>Where the source finds the item again, such as a path on disk. Only the source knows what it means.</summary>
    public string Locator { get; init; } = "";

    /// <summary>Why it was skipped, or which rule excluded it.</summary>
    public string Reason { get; init; } = "";

    /// <summary>How it was skipped.</summary>
    public SkipReason SkipReason { get; init; }

    /// <summary>
    /// On a directory above the paths that were asked for: it is in the snapshot to hold them, and has been neither
    /// listed nor compared as a whole.
    /// </summary>
    public bool IsIntermediate { get; init; }
}
