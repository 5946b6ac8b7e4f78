using System.Threading.Channels;
using Backup.Engine.Buffers;
using Backup.Engine.Concurrency;
using Backup.Engine.Indexing;
using Backup.Engine.Repositories;

namespace Backup.Engine.Browsing;

/// <summary>
/// Writes a file or a folder to a stream. One stage walks and starts to load blobs, some ahead of the other stage, which
/// writes them in their order.
/// </summary>
internal sealed class Dumper(
    OpenedRepository repository, DumpOptions options, Stream destination, IProgress<DumpProgress>? progress)
{
    /// <summary>Steps that wait: entries in memory, and blobs, of which there are never more than <see cref="_window"/>.</summary>
    private const int MaxSteps = 256;

    /// <summary>How many blobs are loaded or wait to be written: at most 16 of 8 MiB.</summary>
    private readonly int _window = Math.Clamp(2 * Math.Max(Environment.ProcessorCount, repository.Backend.Connections), 4, 16);

    /// <summary>Headers are small, and each write to a pipe is a call.</summary>
    private const int BufferLength = 128 * 1024;

    private readonly List<SkippedEntry> _skipped = [];
    private long _items;
    private long _bytes;
    private long _bytesTotal;

    /// <summary>Writes it.</summary>
    public Task<DumpSummary> RunAsync(CancellationToken cancellationToken) =>
        LockScope.ReadAsync(repository, DumpAsync, cancellationToken);

    private async Task<DumpSummary> DumpAsync(CancellationToken cancellationToken)
    {
        SnapshotPlace place = await SnapshotPlace.FindAsync(
            repository, options.Snapshot, options.Filter, cancellationToken).ConfigureAwait(false);
        string path = TreePath.Normalize(options.Path);
        Node? item = await TreePath.FindItemAsync(repository.LoadTreeAsync, place.Tree, path, cancellationToken)
            .ConfigureAwait(false);
        bool isArchive = item is null || item.Type == NodeType.Directory;
        if (isArchive ? options.FilesOnly : item!.Type != NodeType.File)
        {
            throw new ItemNotFoundException(isArchive
                ? $"«{path}» is a folder, which becomes an archive: say where to write it."
                : $"«{path}» is neither a file nor a folder, so it has no content to write.");
        }

        var buffered = new BufferedStream(destination, BufferLength); // not disposed: the destination is the caller's
        using var pulse = new ProgressPulse<DumpProgress>(progress, repository.Time, elapsed => new DumpProgress(
            Interlocked.Read(ref _items), Interlocked.Read(ref _bytes), Interlocked.Read(ref _bytesTotal), elapsed));
        if (isArchive)
        {
            BlobId tree = await TreePath.FindFolderAsync(repository.LoadTreeAsync, place.Tree, path, cancellationToken)
                .ConfigureAwait(false);
            IArchiveWriter writer = options.Format == DumpFormat.Zip ? new ZipWriter(buffered) : new TarWriter(buffered);
            await PumpAsync(
                new TreeWalker(repository.LoadTreeAsync).WalkAsync(tree, path, cancellationToken), writer, cancellationToken)
                .ConfigureAwait(false);
        }
        else
        {
            var entry = new TreeEntry(path, item!, place.Tree, 0);
            _bytesTotal = ContentLengthOf(entry);
            await PumpAsync(new[] { entry }.ToAsyncEnumerable(), new RawFileWriter(buffered), cancellationToken)
                .ConfigureAwait(false);
        }

        await buffered.FlushAsync(cancellationToken).ConfigureAwait(false);
        return new DumpSummary(place.Snapshot, isArchive, _items, _bytes, _skipped);
    }

    private async Task PumpAsync(
        IAsyncEnumerable<TreeEntry> entries, IArchiveWriter writer, CancellationToken cancellationToken)
    {
        var steps = Channel.CreateBounded<DumpStep>(
            new BoundedChannelOptions(MaxSteps) { SingleReader = true, SingleWriter = true });
        using var free = new SemaphoreSlim(_window);
        using var stages = new StageGroup(cancellationToken);
        stages.Start(async token =>
        {
            await foreach (TreeEntry entry in entries.WithCancellation(token).ConfigureAwait(false))
            {
                await AnnounceAsync(entry, steps.Writer, free, token).ConfigureAwait(false);
            }

            steps.Writer.Complete();
        });
        stages.Start(async token =>
        {
            await WriteAsync(steps.Reader, writer, free, token).ConfigureAwait(false);
            await writer.CompleteAsync(token).ConfigureAwait(false);
        });
        await stages.WhenAllAsync().ConfigureAwait(false);
    }

    private async Task AnnounceAsync(
        TreeEntry entry, ChannelWriter<DumpStep> steps, SemaphoreSlim free, CancellationToken cancellationToken)
    {
        if (!TreePath.IsSafeName(entry.Node.Name))
        {
            // Whoever unpacks the archive would write elsewhere.
            throw new RepositoryDamagedException(
                $"An entry of the tree {entry.ParentTree} is called «{entry.Node.Name}», which no file can be. Run a check.");
        }

        await steps.WriteAsync(new DumpStep(entry, ContentLengthOf(entry)), cancellationToken).ConfigureAwait(false);
        if (entry.Node.Type != NodeType.File)
        {
            return;
        }

        BlobId? last = null;
        foreach (BlobId id in entry.Node.Content ?? [])
        {
            if (id == last)
            {
                // Long runs of zeros are the same blob over and over.
                await steps.WriteAsync(new DumpStep(null), cancellationToken).ConfigureAwait(false);
                continue;
            }

            last = id;
            await free.WaitAsync(cancellationToken).ConfigureAwait(false);
            Task<PooledBuffer> blob = Task.Run(
                () => repository.LoadBlobAsync(BlobType.Data, id, cancellationToken), cancellationToken);
            await steps.WriteAsync(new DumpStep(null, Blob: blob), cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task WriteAsync(
        ChannelReader<DumpStep> steps, IArchiveWriter writer, SemaphoreSlim free, CancellationToken cancellationToken)
    {
        bool wanted = false;
        PooledBuffer? blob = null;
        await foreach (DumpStep step in steps.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            if (step.Entry is TreeEntry entry)
            {
                ArchiveItem item = await writer.BeginAsync(
                    entry.Path, entry.Node, step.ContentLength, cancellationToken).ConfigureAwait(false);
                wanted = item.WantsContent;
                if (item.Lacks is not null)
                {
                    _skipped.Add(item.Lacks);
                }

                Interlocked.Increment(ref _items);
                continue;
            }

            if (step.Blob is not null)
            {
                blob?.Dispose();
                blob = await step.Blob.ConfigureAwait(false);
                free.Release(); // the one that waits to be written again is beyond the window
            }

            if (wanted && blob is not null)
            {
                await writer.WriteAsync(blob.Memory, cancellationToken).ConfigureAwait(false);
                Interlocked.Add(ref _bytes, blob.Length);
            }
        }

        blob?.Dispose();
    }

    /// <summary>
    /// What the blobs of a file add up to. The size in its node can be another one, if the file grew while it was
    /// read, and an archive must announce what follows.
    /// </summary>
    private long ContentLengthOf(in TreeEntry entry)
    {
        if (entry.Node.Type != NodeType.File)
        {
            return 0;
        }

        long length = 0;
        foreach (BlobId id in entry.Node.Content ?? [])
        {
            if (!repository.Index.TryFind(BlobType.Data, id, out PackedBlobLocation location))
            {
                throw new RepositoryDamagedException(
                    $"«{entry.Path}» needs the blob {id}, which is in no index. Run a check, then rebuild the index.");
            }

            length += location.ToPackedBlob(BlobType.Data, id).PlaintextLength;
        }

        return length;
    }
}
