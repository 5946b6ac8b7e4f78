using Backup.Engine.Repositories;
using Backup.Engine.Snapshots;

namespace Backup.Engine.Archiving;

/// <summary>
/// Leaves a snapshot of what a running backup has so far, so that after an interruption the next one does not read
/// it again. There is one at most in each repository: it replaces what came before, and the complete snapshot replaces it.
/// </summary>
internal sealed class Checkpoint(BackupTargets targets, TimeProvider time, Snapshot template, BackupOptions options)
{
    private long _last = time.GetTimestamp();
    private long _savedDataBlobs;

    /// <summary>Saves one when the interval has passed.</summary>
    /// <param name="open">The directories that are open, innermost first.</param>
    /// <param name="counters">What has been stored.</param>
    /// <param name="cancellationToken">Ends the saving.</param>
    public async ValueTask SaveIfDueAsync(
        IReadOnlyCollection<DirectoryInProgress> open, BackupCounters counters, CancellationToken cancellationToken)
    {
        if (time.GetElapsedTime(_last) >= options.CheckpointInterval)
        {
            await SaveAsync(open, counters, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Saves one if there is something to be saved.</summary>
    public async Task SaveAsync(
        IReadOnlyCollection<DirectoryInProgress> open, BackupCounters counters, CancellationToken cancellationToken)
    {
        _last = time.GetTimestamp();
        long dataBlobs = counters.DataBlobs;
        if (options.DryRun || options.CheckpointInterval == TimeSpan.Zero || dataBlobs == _savedDataBlobs)
        {
            return;
        }

        _savedDataBlobs = dataBlobs;
        Node? child = null;
        BlobId tree = default;
        foreach (DirectoryInProgress directory in open)
        {
            SavedBlob saved = await directory.SaveSoFarAsync(child, cancellationToken).ConfigureAwait(false);
            tree = saved.Id;
            child = directory.Node is null ? null : directory.Node with { Subtree = tree };
        }

        await targets.FlushAsync(cancellationToken).ConfigureAwait(false);
        await targets.ForEachAsync(target => target.TryAsync(() => SaveAsync(target, tree, cancellationToken), cancellationToken))
            .ConfigureAwait(false);
    }

    /// <summary>Removes those of a repository that are no longer needed.</summary>
    public static async Task RemoveAsync(BackupTarget target, CancellationToken cancellationToken)
    {
        OpenedRepository repository = target.Repository;
        foreach (SnapshotId id in target.Obsolete)
        {
            try
            {
                await repository.Backend.DeleteAsync(new FileHandle(FileKind.Snapshot, id.Hash), cancellationToken)
                    .ConfigureAwait(false);
            }
            catch (BackendException exception)
            {
                // The backup itself is safe: a place that only takes additions keeps the incomplete snapshot, too.
                repository.Options.Warn?.Invoke(
                    $"The incomplete snapshot {id.ToShortString()} of an interrupted backup could not be removed: {exception.Message}");
            }
        }

        target.Obsolete.Clear();
    }

    private async Task SaveAsync(BackupTarget target, BlobId tree, CancellationToken cancellationToken)
    {
        Snapshot snapshot = template with
        {
            Tree = tree,
            Parent = target.Earlier.Parent?.Id,
            Tags = [.. template.Tags, Snapshot.IncompleteTag],
        };
        target.ThrowIfLost();
        Digest name = await target.Repository.SaveUnpackedAsync(
            FileKind.Snapshot, SnapshotDocument.Encode(snapshot), cancellationToken).ConfigureAwait(false);
        await RemoveAsync(target, cancellationToken).ConfigureAwait(false);
        target.Obsolete.Add(new SnapshotId(name));
    }
}
