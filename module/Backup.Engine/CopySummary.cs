namespace Backup.Engine;

/// <summary>What copying snapshots came to, or would come to.</summary>
public sealed record CopySummary
{
    /// <summary>Snapshots that were copied, oldest first.</summary>
    public IReadOnlyList<CopiedSnapshot> Copied { get; init; } = [];

    /// <summary>Snapshots that were here already.</summary>
    public long AlreadyThere { get; init; }

    /// <summary>Snapshot files of the other repository that can't be read, so that they were not copied.</summary>
    public IReadOnlyList<SnapshotId> Unreadable { get; init; } = [];

    /// <summary>Snapshots that were removed here because the other repository has them no longer.</summary>
    public IReadOnlyList<SnapshotId> Removed { get; init; } = [];

    /// <summary>Blobs that were not here before.</summary>
    public long Blobs { get; init; }

    /// <summary>Bytes of those blobs as the other repository has them.</summary>
    public long Bytes { get; init; }

    /// <summary>Packs of the other repository that were read.</summary>
    public long PacksRead { get; init; }

    /// <summary>Whether nothing was changed, only found out.</summary>
    public bool IsDryRun { get; init; }

    /// <summary>From start to end.</summary>
    public TimeSpan Elapsed { get; init; }
}
