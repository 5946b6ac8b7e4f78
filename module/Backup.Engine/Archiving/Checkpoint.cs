using Backup.Engine.Repositories;
using Backup.Engine.Snapshots;

namespace Backup.Engine.Archiving;

/// <summary>
/// Leaves a snapshot of what a running backup has so far, so that after an interruption the next one does not read
/// it again. There is one at most: it replaces what came before, and the complete snapshot replaces it.
/// </summary>
internal sealed class Checkpoint(
    OpenedRepository repository, BlobWriter writer, ParentSnapshots parents, Snapshot template, BackupOptions options)
{
    private readonly TimeProvider _time = repository.Time;
    private readonly List<SnapshotId> _obsolete = [.. parents.Incomplete.Select(snapshot => snapshot.Id)];
    private long _last = repository.Time.GetTimestamp();
    private long _savedDataBlobs;

    /// <summary>Saves one when the interval has passed.</summary>
    /// <param name="open">The directories that are open, innermost first.</param>
    /// <param name="counters">What has been stored.</param>
    /// <param name="cancellationToken">Ends the saving.</param>
    public async ValueTask SaveIfDueAsync(
        IReadOnlyCollection<DirectoryInProgress> open, BackupCounters counters, CancellationToken cancellationToken)
    {
        if (_time.GetElapsedTime(_last) >= options.CheckpointInterval)
        {
            await SaveAsync(open, counters, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Saves one if there is something to be saved.</summary>
    public async Task SaveAsync(
        IReadOnlyCollection<DirectoryInProgress> open, BackupCounters counters, CancellationToken cancellationToken)
    {
        _last = _time.GetTimestamp();
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

        await writer.FlushAsync(cancellationToken).ConfigureAwait(false);
        Snapshot snapshot = template with
        {
            Tree = tree,
            Parent = parents.Parent?.Id,
            Tags = [.. template.Tags, Snapshot.IncompleteTag],
        };
        Digest name = await repository.SaveUnpackedAsync(
            FileKind.Snapshot, SnapshotDocument.Encode(snapshot), cancellationToken).ConfigureAwait(false);
        await RemoveAsync(cancellationToken).ConfigureAwait(false);
        _obsolete.Add(new SnapshotId(name));
    }

    /// <summary>Removes the ones that are no longer needed.</summary>
    public async Task RemoveAsync(CancellationToken cancellationToken)
    {
        foreach (SnapshotId id in _obsolete)
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

        _obsolete.Clear();
    }
}
