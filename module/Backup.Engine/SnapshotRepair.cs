namespace Backup.Engine;

/// <summary>What became of a snapshot that has lost something.</summary>
public sealed record SnapshotRepair
{
    /// <summary>The snapshot as it was.</summary>
    public required SnapshotId Snapshot { get; init; }

    /// <summary>The snapshot with what is left; null if nothing is, or in a dry run.</summary>
    public SnapshotId? Replacement { get; init; }

    /// <summary>Whether <see cref="Snapshot"/> was removed.</summary>
    public bool IsRemoved { get; init; }

    /// <summary>Everything that is lost.</summary>
    public IReadOnlyList<SnapshotLoss> Losses { get; init; } = [];
}
