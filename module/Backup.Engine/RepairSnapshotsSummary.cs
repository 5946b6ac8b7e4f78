namespace Backup.Engine;

/// <summary>What repairing snapshots came to, or would come to.</summary>
public sealed record RepairSnapshotsSummary
{
    /// <summary>The snapshots that have lost something.</summary>
    public IReadOnlyList<SnapshotRepair> Snapshots { get; init; } = [];

    /// <summary>How many were complete.</summary>
    public long Complete { get; init; }

    /// <summary>Whether nothing was changed, only found out.</summary>
    public bool IsDryRun { get; init; }

    /// <summary>From start to end.</summary>
    public TimeSpan Elapsed { get; init; }
}
