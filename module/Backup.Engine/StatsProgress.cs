namespace Backup.Engine;

/// <summary>How far counting is. Reported a few times a second.</summary>
/// <param name="SnapshotsDone">Snapshots done.</param>
/// <param name="SnapshotsTotal">Snapshots in total.</param>
/// <param name="Items">Items looked at.</param>
/// <param name="Elapsed">Time since the start.</param>
public sealed record StatsProgress(long SnapshotsDone, long SnapshotsTotal, long Items, TimeSpan Elapsed);
