namespace Backup.Engine;

/// <summary>Which snapshots are repaired, and how.</summary>
public sealed record RepairSnapshotsOptions
{
    /// <summary>Ids, beginnings of ids, or <c>latest</c>; empty: all that <see cref="Filter"/> chooses.</summary>
    public IReadOnlyList<string> Snapshots { get; init; } = [];

    /// <summary>Chooses snapshots where no ids are given, and those that <c>latest</c> is taken from.</summary>
    public SnapshotFilter Filter { get; init; } = new();

    /// <summary>
    /// Remove each snapshot that was replaced by a repaired one, and those of which nothing is left. A snapshot file that
    /// can't be read is only removed if <see cref="Snapshots"/> names it.
    /// </summary>
    public bool Forget { get; init; }

    /// <summary>Only find out what is lost.</summary>
    public bool DryRun { get; init; }

    /// <summary>Hears of everything that a snapshot has lost, one at a time.</summary>
    public Action<SnapshotId, SnapshotLoss>? LossFound { get; init; }
}
