using System.Collections.Concurrent;
using Backup.Engine.Repositories;
using Backup.Engine.Snapshots;

namespace Backup.Engine.Maintenance;

/// <summary>
/// Saves changed snapshots, then removes the old ones, so that at any moment one of each two is there. What the old
/// document has that we don't know is kept.
/// </summary>
internal sealed class SnapshotReplacer(OpenedRepository repository, LockScope scope, SnapshotPace pace)
{
    /// <summary>Saves the new snapshots.</summary>
    /// <param name="changes">Old snapshots, and new ones that have no ids yet.</param>
    /// <param name="removeOld">Whether the old ones go.</param>
    /// <returns>The new snapshots with their ids, oldest first, and those with which it failed.</returns>
    public async Task<SnapshotChanges> ApplyAsync(IReadOnlyList<SnapshotChange> changes, bool removeOld)
    {
        pace.Begin(isChanging: true, changes.Count);
        var changed = new ConcurrentBag<SnapshotChange>();
        var failures = new ConcurrentBag<SnapshotFailure>();
        await Parallel.ForEachAsync(
            changes,
            new ParallelOptions { MaxDegreeOfParallelism = repository.Backend.Connections, CancellationToken = scope.Token },
            async (change, token) =>
            {
                try
                {
                    scope.ThrowIfLost();
                    Snapshot saved = await SaveAsync(change, token).ConfigureAwait(false);
                    if (removeOld)
                    {
                        await RemoveAsync(change.Old, saved, token).ConfigureAwait(false);
                    }

                    changed.Add(change with { New = saved });
                    pace.Advance();
                }
                catch (BackendException exception)
                {
                    failures.Add(new SnapshotFailure(change.Old, exception)); // the others can be changed all the same
                }
            }).ConfigureAwait(false);
        return new SnapshotChanges
        {
            Changed = [.. changed.OrderBy(change => change.Old.Time)],
            Failures = [.. failures.OrderBy(failure => failure.Snapshot.Time)],
        };
    }

    private async Task<Snapshot> SaveAsync(SnapshotChange change, CancellationToken cancellationToken)
    {
        byte[] original = await repository.LoadUnpackedAsync(FileKind.Snapshot, change.Old.Id.Hash, cancellationToken)
            .ConfigureAwait(false);
        Digest name = await repository.SaveUnpackedAsync(
            FileKind.Snapshot, SnapshotDocument.Encode(change.New, original), cancellationToken).ConfigureAwait(false);
        return change.New with { Id = new SnapshotId(name) };
    }

    private async Task RemoveAsync(Snapshot old, Snapshot saved, CancellationToken cancellationToken)
    {
        try
        {
            scope.ThrowIfLost();
            await repository.Backend.DeleteAsync(new FileHandle(FileKind.Snapshot, old.Id.Hash), cancellationToken)
                .ConfigureAwait(false);
        }
        catch (BackendException exception)
        {
            throw new BackendException(
                $"The changed snapshot was saved as {saved.Id.ToShortString()}, but the old one could not be removed. {exception.Message}",
                exception.IsTransient,
                exception);
        }
    }
}
