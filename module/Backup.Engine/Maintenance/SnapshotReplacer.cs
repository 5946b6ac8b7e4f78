using Backup.Engine.Repositories;
using Backup.Engine.Snapshots;

namespace Backup.Engine.Maintenance;

/// <summary>
/// Puts a changed snapshot in another one's place: first it saves the new one, then it removes the old one, so that at any
/// moment one of them is there. What the old document has that we don't know is kept.
/// </summary>
internal sealed class SnapshotReplacer(OpenedRepository repository, LockScope scope)
{
    /// <summary>Saves a changed snapshot beside the old one.</summary>
    /// <returns>The same with its id.</returns>
    public async Task<Snapshot> SaveAsync(SnapshotChange change, CancellationToken cancellationToken)
    {
        byte[] original = await repository.LoadUnpackedAsync(FileKind.Snapshot, change.Old.Id.Hash, cancellationToken)
            .ConfigureAwait(false);
        Digest name = await repository.SaveUnpackedAsync(
            FileKind.Snapshot, SnapshotDocument.Encode(change.New, original), cancellationToken).ConfigureAwait(false);
        return change.New with { Id = new SnapshotId(name) };
    }

    /// <summary>Saves a changed snapshot and removes the old one.</summary>
    /// <returns>The same with its id.</returns>
    /// <exception cref="BackendException">It could not be saved; or it was, but the old one is there still: the message says so.</exception>
    public async Task<Snapshot> ReplaceAsync(SnapshotChange change, CancellationToken cancellationToken)
    {
        Snapshot saved = await SaveAsync(change, cancellationToken).ConfigureAwait(false);
        try
        {
            scope.ThrowIfLost();
            await repository.Backend.DeleteAsync(new FileHandle(FileKind.Snapshot, change.Old.Id.Hash), cancellationToken)
                .ConfigureAwait(false);
        }
        catch (BackendException exception)
        {
            throw new BackendException(
                $"The changed snapshot was saved as {saved.Id.ToShortString()}, but the old one could not be removed. {exception.Message}",
                exception.IsTransient,
                exception);
        }

        return saved;
    }
}
