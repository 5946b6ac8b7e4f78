namespace Backup.Engine;

/// <summary>What recovering came to.</summary>
public sealed record RecoverSummary
{
    /// <summary>The new snapshot; null if there was nothing to recover.</summary>
    public SnapshotId? Snapshot { get; init; }

    /// <summary>The folders that no snapshot and no other folder led to: in the snapshot each is named by the beginning of its id.</summary>
    public IReadOnlyList<BlobId> Roots { get; init; } = [];

    /// <summary>Folders that can't be read.</summary>
    public long TreesUnreadable { get; init; }

    /// <summary>From start to end.</summary>
    public TimeSpan Elapsed { get; init; }
}
