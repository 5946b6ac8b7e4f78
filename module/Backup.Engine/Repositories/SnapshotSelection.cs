namespace Backup.Engine.Repositories;

/// <summary>Snapshots that were chosen, and files among them that can't be read.</summary>
/// <param name="Snapshots">The snapshots, each once, in no order.</param>
/// <param name="Damaged">The files that can't be read; whether they would have been chosen can't be known.</param>
internal sealed record SnapshotSelection(
    IReadOnlyList<Snapshot> Snapshots, IReadOnlyList<(SnapshotId Id, RepositoryDamagedException Error)> Damaged)
{
    /// <summary>The snapshots, if all could be read; else the first error is thrown.</summary>
    public IReadOnlyList<Snapshot> RequireAll() => Damaged.Count == 0
        ? Snapshots
        : throw Damaged[0].Error;
}
