namespace Backup.Engine;

/// <summary>A snapshot with which an operation on several of them failed.</summary>
/// <param name="Snapshot">The snapshot. As far as anybody knows it is still there.</param>
/// <param name="Error">Why.</param>
public sealed record SnapshotFailure(Snapshot Snapshot, BackupException Error);
