using Backup.Engine.Indexing;
using Backup.Engine.Repositories;

namespace Backup.Engine.Restoring;

/// <summary>
/// Loads trees ahead of the walk, several at once: each is small, and loading them one by one would leave processors and
/// connections idle.
/// </summary>
internal sealed class TreePrefetcher(OpenedRepository repository, CancellationToken cancellationToken)
{
    /// <summary>
    /// Trees ahead, and how long they may be: together some 64 × 256 KiB of JSON, which as nodes take about twice that.
    /// </summary>
    private const int MaxAhead = 64;
    private const int MaxLength = 256 * 1024;

    private readonly HashSet<Task> _running = [];

    /// <summary>Whether one more may be loaded ahead.</summary>
    public bool HasRoom => _running.Count < MaxAhead;

    /// <summary>Begins to load a tree; null if it is better loaded when it is needed.</summary>
    public Task<List<Node>>? Begin(BlobId tree)
    {
        if (!HasRoom
            || !repository.Index.TryFind(BlobType.Tree, tree, out PackedBlobLocation location)
            || Math.Max(location.Length, location.UncompressedLength) > MaxLength)
        {
            return null;
        }

        Task<List<Node>> task = Task.Run(() => repository.LoadTreeAsync(tree, cancellationToken), CancellationToken.None);
        _running.Add(task);
        return task;
    }

    /// <summary>Waits for a tree that was begun.</summary>
    public async Task<List<Node>> TakeAsync(Task<List<Node>> begun)
    {
        _running.Remove(begun);
        return await begun.ConfigureAwait(false);
    }

    /// <summary>Waits until nothing is running any more.</summary>
    public async Task StopAsync()
    {
        try
        {
            await Task.WhenAll(_running).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is BackupException or OperationCanceledException)
        {
            // Nobody needs these trees any more: the restore has ended for another reason.
        }
    }
}
