namespace Backup.Engine;

/// <summary>The outcome of a backup.</summary>
public sealed record BackupSummary
{
    /// <summary>The new snapshot; null for a dry run, or if it was left out as unchanged.</summary>
    public Snapshot? Snapshot { get; init; }

    /// <summary>The snapshot that unchanged files were taken from.</summary>
    public SnapshotId? Parent { get; init; }

    /// <summary>The root tree, also of a dry run.</summary>
    public BlobId Tree { get; init; }

    /// <summary>What was counted.</summary>
    public required SnapshotSummary Counts { get; init; }

    /// <summary>What could not be read, or not for certain. A complete backup has none.</summary>
    public IReadOnlyList<SkippedEntry> Skipped { get; init; } = [];

    /// <summary>Whether nothing was stored on request.</summary>
    public bool IsDryRun { get; init; }

    /// <summary>How long the application held still, from the request to hold still until it went on; null: it did not.</summary>
    public TimeSpan? Downtime { get; init; }

    /// <summary>From start to end.</summary>
    public TimeSpan Elapsed { get; init; }
}
