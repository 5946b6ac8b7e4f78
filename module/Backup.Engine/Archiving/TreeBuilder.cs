using System.Collections.Concurrent;
using System.Threading.Channels;
using Backup.Engine.Repositories;
using Backup.Engine.Trees;

namespace Backup.Engine.Archiving;

/// <summary>
/// Follows the walk through the source, takes unchanged files from the parent, sends the others to be read, and saves
/// each directory when its last entry is done.
/// </summary>
/// <remarks>
/// In the second pass of a hybrid backup, what the first has read is taken from its tree, unless a file's times are as
/// late as the first pass itself: those prove nothing.
/// </remarks>
internal sealed class TreeBuilder(
    BackupOptions options,
    ParentSnapshots parents,
    FileArchiver files,
    BackupTargets writer,
    WorkQueue queue,
    Checkpoint checkpoint,
    BackupCounters counters,
    FirstPass? firstPass = null)
{
    private const int BatchLength = 128;

    // Costs 16 × 128 entries of about 1 KiB: 2 MiB.
    private readonly Channel<List<SourceEntry>> _walk = Channel.CreateBounded<List<SourceEntry>>(16);
    private readonly ConcurrentBag<TreeEncoder> _encoders = [];
    private readonly Stack<DirectoryInProgress> _open = new();
    private readonly Timestamp _doubtful = firstPass?.Doubtful ?? new Timestamp(long.MaxValue, 0, 0);
    private readonly TaskCompletionSource<BlobId> _root = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The root directory's tree, after the run.</summary>
    public BlobId RootTree { get; private set; }

    /// <summary>Walks and builds until the root directory is saved.</summary>
    /// <param name="stop">Asks to stop soon; what there is is stored first.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public async Task RunAsync(CancellationToken stop, CancellationToken cancellationToken)
    {
        using var walkEnd = CancellationTokenSource.CreateLinkedTokenSource(stop, cancellationToken);
        Task walk = Task.Run(() => WalkAsync(walkEnd.Token), CancellationToken.None);
        try
        {
            ParentDirectory parent = await parents.LoadRootAsync(options.Type, firstPass?.Tree, cancellationToken).ConfigureAwait(false);
            _open.Push(NewDirectory("/", null, null, null, parent));
            await foreach (List<SourceEntry> batch in _walk.Reader.ReadAllAsync(walkEnd.Token).ConfigureAwait(false))
            {
                foreach (SourceEntry entry in batch)
                {
                    await TakeAsync(entry, walkEnd.Token).ConfigureAwait(false);
                }

                await checkpoint.SaveIfDueAsync(_open, counters, cancellationToken).ConfigureAwait(false);
            }

            await walk.ConfigureAwait(false);
            _open.Peek().Close();
            RootTree = await _root.Task.WaitAsync(walkEnd.Token).ConfigureAwait(false);
            walkEnd.Token.ThrowIfCancellationRequested(); // files that were dropped for it must not be missed silently
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            await checkpoint.SaveAsync(_open, counters, cancellationToken).ConfigureAwait(false);
            throw;
        }
        finally
        {
            await walkEnd.CancelAsync().ConfigureAwait(false);
            await ((Task)walk).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // its failure came through the channel
        }
    }

    private async Task WalkAsync(CancellationToken cancellationToken)
    {
        try
        {
            var batch = new List<SourceEntry>(BatchLength);
            foreach (SourceEntry entry in options.Source.Walk(cancellationToken))
            {
                batch.Add(entry);
                if (batch.Count == BatchLength)
                {
                    await _walk.Writer.WriteAsync(batch, cancellationToken).ConfigureAwait(false);
                    batch = new List<SourceEntry>(BatchLength);
                }
            }

            await _walk.Writer.WriteAsync(batch, cancellationToken).ConfigureAwait(false);
            _walk.Writer.Complete();
        }
        catch (Exception exception)
        {
            _walk.Writer.Complete(exception); // the reader throws it
            throw;
        }
    }

    private async ValueTask TakeAsync(SourceEntry entry, CancellationToken cancellationToken)
    {
        switch (entry.Kind)
        {
            case SourceEntryKind.Item:
                await TakeItemAsync(entry, Metadata(entry), cancellationToken).ConfigureAwait(false);
                break;
            case SourceEntryKind.DirectoryStart:
                await OpenDirectoryAsync(entry, Metadata(entry), cancellationToken).ConfigureAwait(false);
                break;
            case SourceEntryKind.DirectoryEnd:
                if (_open.Count == 1)
                {
                    throw new InvalidOperationException($"The source closes a directory that it did not open, at {entry.Path}.");
                }

                _open.Pop().Close();
                break;
            case SourceEntryKind.Skipped:
                Skip(entry.Path, entry.SkipReason, entry.Reason);
                break;
            case SourceEntryKind.Excluded:
                options.ItemDone?.Invoke(new BackupItemReport(
                    entry.Path, BackupItemAction.Excluded, entry.Node?.Type, 0, 0, 0, entry.Reason));
                break;
            default:
                throw new InvalidOperationException($"A source yielded the unknown entry kind {entry.Kind}.");
        }
    }

    private static Node Metadata(SourceEntry entry) =>
        entry.Node ?? throw new InvalidOperationException($"A source yielded {entry.Path} without metadata.");

    private async ValueTask TakeItemAsync(SourceEntry entry, Node node, CancellationToken cancellationToken)
    {
        DirectoryInProgress directory = _open.Peek();
        (IReadOnlyList<Node> earlier, Node? before) = directory.Parent.Find(node.Name);
        if (node.Type != NodeType.File)
        {
            directory.Add(node);
            Report(entry.Path, NodeChanges.Classify(node, before), node, 0, 0);
            return;
        }

        counters.Found(node.Size);
        foreach (Node candidate in earlier)
        {
            if (!NodeChanges.MustRead(node, candidate, _doubtful, options) && writer.HasAll(candidate.Content!)) // not null, or it would be read
            {
                Node complete = node with { Content = candidate.Content };
                directory.Add(complete);
                counters.Read((long)node.Size);
                Report(
                    entry.Path,
                    ReferenceEquals(candidate, before) ? BackupItemAction.Unchanged : NodeChanges.Classify(complete, before),
                    node, 0, 0);
                return;
            }
        }

        DirectoryInProgress.Slot slot = directory.Announce();
        await queue.AddFileAsync(
            token => files.ArchiveAsync(
                entry,
                file => FileDone(entry.Path, slot, file, before),
                (reason, message) => Skip(entry.Path, reason, message),
                token),
            cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask OpenDirectoryAsync(SourceEntry entry, Node node, CancellationToken cancellationToken)
    {
        DirectoryInProgress above = _open.Peek();
        EarlierNodes earlier = above.Parent.Find(node.Name);
        ParentDirectory parent = await parents.LoadAsync(entry.Path, earlier, cancellationToken).ConfigureAwait(false);
        _open.Push(NewDirectory(entry.Path, node, earlier.Before, above.Announce(), parent));
    }

    private DirectoryInProgress NewDirectory(
        string path, Node? node, Node? before, DirectoryInProgress.Slot? place, ParentDirectory parent)
    {
        if (!_encoders.TryTake(out TreeEncoder? encoder))
        {
            encoder = new TreeEncoder();
        }

        return new DirectoryInProgress(
            path, node, before, encoder, writer, directory => queue.AddDirectory(token => SaveDirectoryAsync(directory, token)))
        {
            Place = place,
            Parent = parent,
        };
    }

    private async Task SaveDirectoryAsync(DirectoryInProgress directory, CancellationToken cancellationToken)
    {
        if (directory.Place is null && directory.Count == 0)
        {
            _root.TrySetException(new SourceException(
                "There is nothing to back up: every path is missing, excluded or unreadable. No snapshot was made."));
            return;
        }

        SavedBlob tree = await directory.SaveAsync(cancellationToken).ConfigureAwait(false);
        counters.Saved(BlobType.Tree, tree);
        if (directory.Place is null)
        {
            _root.TrySetResult(tree.Id);
            return;
        }

        directory.Encoder.Reset();
        _encoders.Add(directory.Encoder);

        Node node = directory.Node! with { Subtree = tree.Id }; // only the root has none
        BackupItemAction action = NodeChanges.Classify(node, directory.Before);
        counters.DirectoryDone(action);
        options.ItemDone?.Invoke(new BackupItemReport(
            directory.Path, action, NodeType.Directory, 0, tree.IsNew ? (ulong)tree.Length : 0, (ulong)tree.StoredLength, ""));
        directory.Place.Resolve(node);
    }

    private void FileDone(string path, DirectoryInProgress.Slot slot, FileInProgress file, Node? before)
    {
        if (file.Node is not null)
        {
            Report(path, NodeChanges.Classify(file.Node, before), file.Node, file.Added, file.AddedPacked);
        }

        slot.Resolve(file.Node);
    }

    private void Report(string path, BackupItemAction action, Node node, long added, long addedPacked)
    {
        if (node.Type == NodeType.File)
        {
            counters.FileDone(action, node.Size);
        }

        options.ItemDone?.Invoke(new BackupItemReport(
            path, action, node.Type, node.Size, (ulong)added, (ulong)addedPacked, ""));
    }

    private void Skip(string path, SkipReason reason, string message)
    {
        counters.Skipped(new SkippedEntry(path, reason, message));
        options.ItemDone?.Invoke(new BackupItemReport(
            path, BackupItemAction.Skipped, null, 0, 0, 0, $"{reason}: {message}"));
    }
}
