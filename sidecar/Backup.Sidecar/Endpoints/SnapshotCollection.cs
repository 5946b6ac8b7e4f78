namespace Backup.Sidecar.Endpoints;

/// <summary>Snapshots, the oldest first.</summary>
/// <param name="Snapshots">Those that can be read.</param>
/// <param name="Damaged">What is wrong with the others.</param>
internal sealed record SnapshotCollection(IReadOnlyList<SnapshotDescription> Snapshots, IReadOnlyList<string> Damaged);
