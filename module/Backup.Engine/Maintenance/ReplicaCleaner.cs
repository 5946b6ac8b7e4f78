using Backup.Engine.Repositories;

namespace Backup.Engine.Maintenance;

/// <summary>Removes the snapshots of a replica that its original does not have.</summary>
/// <param name="source">The original.</param>
/// <param name="destination">The replica.</param>
internal sealed class ReplicaCleaner(OpenedRepository source, OpenedRepository destination)
{
    /// <summary>Removes them.</summary>
    /// <returns>Which were, or would be.</returns>
    public Task<IReadOnlyList<SnapshotId>> RunAsync(bool dryRun, CancellationToken cancellationToken) => LockScope.ReadAsync(
        source,
        token => LockScope.ChangeAsync(destination, dryRun ? LockKind.Shared : LockKind.Exclusive, scope => RemoveAsync(dryRun, scope), token),
        cancellationToken);

    private async Task<IReadOnlyList<SnapshotId>> RemoveAsync(bool dryRun, LockScope scope)
    {
        IReadOnlyList<Snapshot> there = (await new SnapshotSelector(source)
            .SelectAsync([], new SnapshotFilter(), scope.Token).ConfigureAwait(false)).RequireAll();
        if (there.Count == 0)
        {
            throw new ForgetRefusedException(
                $"{source.Backend.Location} has no snapshots, so everything would be removed from {destination.Backend.Location}. Nothing was removed. If that is wanted, forget them there.");
        }

        SnapshotSelection here = await new SnapshotSelector(destination)
            .SelectAsync([], new SnapshotFilter(), scope.Token).ConfigureAwait(false);
        var originals = new SnapshotCopies(there);
        List<SnapshotId> gone =
        [
            .. here.Snapshots.Where(snapshot => !originals.Has(snapshot))
                .OrderBy(snapshot => snapshot.Time).Select(snapshot => snapshot.Id),
        ];
        foreach (SnapshotId id in dryRun ? [] : gone)
        {
            scope.ThrowIfLost();
            await destination.Backend.DeleteAsync(new FileHandle(FileKind.Snapshot, id.Hash), scope.Token).ConfigureAwait(false);
        }

        return gone;
    }
}
