namespace Backup.Engine;

/// <summary>Something that was found.</summary>
public sealed record FindMatch
{
    /// <summary>The snapshot that has it.</summary>
    public required Snapshot Snapshot { get; init; }

    /// <summary>Where it is: see <see cref="SnapshotItem.Path"/>.</summary>
    public required string Path { get; init; }

    /// <summary>The item; null for the root folder.</summary>
    public Node? Node { get; init; }

    /// <summary>The blob that was looked for; null when names were.</summary>
    public BlobId? Blob { get; init; }

    /// <summary>What that blob is.</summary>
    public BlobType BlobType { get; init; }

    /// <summary>The tree that has the item.</summary>
    public BlobId ParentTree { get; init; }

    /// <summary>The packs that have the blob; empty when names were looked for.</summary>
    public IReadOnlyList<PackId> Packs { get; init; } = [];
}
