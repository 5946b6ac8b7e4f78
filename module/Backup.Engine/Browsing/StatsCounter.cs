using System.Runtime.InteropServices;
using Backup.Engine.Concurrency;
using Backup.Engine.Indexing;
using Backup.Engine.Packs;
using Backup.Engine.Repositories;

namespace Backup.Engine.Browsing;

/// <summary>Counts files, blobs and bytes of snapshots.</summary>
internal sealed class StatsCounter(
    OpenedRepository repository, StatsOptions options, IProgress<StatsProgress>? progress)
{
    private long _snapshotsDone;
    private long _snapshotsTotal;
    private long _items;

    /// <summary>Counts them.</summary>
    public Task<StatsResult> RunAsync(CancellationToken cancellationToken) =>
        LockScope.ReadAsync(repository, CountAsync, cancellationToken);

    private async Task<StatsResult> CountAsync(CancellationToken cancellationToken)
    {
        SnapshotSelection selection = await new SnapshotSelector(repository)
            .SelectAsync(options.Snapshots, options.Filter, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<Snapshot> snapshots = selection.RequireAll();
        await repository.LoadIndexAsync(cancellationToken).ConfigureAwait(false);
        _snapshotsTotal = snapshots.Count;
        using var pulse = new ProgressPulse<StatsProgress>(progress, repository.Time, elapsed => new StatsProgress(
            Interlocked.Read(ref _snapshotsDone), _snapshotsTotal, Interlocked.Read(ref _items), elapsed));
        StatsResult result = options.Mode switch
        {
            StatsMode.RawData => await CountBlobsAsync(snapshots, cancellationToken).ConfigureAwait(false),
            StatsMode.RestoreSize => await CountRestoreSizeAsync(snapshots, cancellationToken).ConfigureAwait(false),
            _ => await CountContentsAsync(snapshots, cancellationToken).ConfigureAwait(false),
        };
        return result with { Mode = options.Mode, Snapshots = snapshots.Count };
    }

    private async Task<StatsResult> CountRestoreSizeAsync(
        IReadOnlyList<Snapshot> snapshots, CancellationToken cancellationToken)
    {
        var size = new RestoreSize(repository.LoadTreeAsync);
        foreach (Snapshot snapshot in snapshots)
        {
            await size.AddAsync(snapshot.Tree, () => Interlocked.Increment(ref _items), cancellationToken).ConfigureAwait(false);
            Interlocked.Increment(ref _snapshotsDone);
        }

        return new StatsResult { TotalFileCount = size.Items, TotalSize = size.Bytes };
    }

    private async Task<StatsResult> CountBlobsAsync(IReadOnlyList<Snapshot> snapshots, CancellationToken cancellationToken)
    {
        var used = new BlobSet(repository.Index);
        var streamer = new TreeStreamer(repository.LoadTreeAsync, repository.Parallelism)
        {
            Claim = tree => used.Add(BlobType.Tree, tree),
            Loaded = (_, nodes) =>
            {
                Interlocked.Add(ref _items, nodes.Count);
                foreach (Node node in nodes)
                {
                    if (node.Type == NodeType.File)
                    {
                        DiffTally.AddBlobs(node, used);
                    }
                }
            },
        };
        await streamer.VisitAsync(
            snapshots.Select(snapshot => TreeVisit.Root(snapshot.Id, snapshot.Tree)), cancellationToken).ConfigureAwait(false);
        _snapshotsDone = snapshots.Count;

        var result = new StatsResult();
        foreach ((BlobType type, BlobId id) in used)
        {
            result = AddBlob(result, Locate(type, id));
        }

        return result;
    }

    private StatsResult AddBlob(StatsResult result, PackedBlobLocation blob)
    {
        bool hasCompression = repository.Config.Version >= 2;
        bool isCompressed = hasCompression && blob.UncompressedLength != 0;
        ulong uncompressed = isCompressed ? blob.UncompressedLength + (ulong)PackedBlob.SealedOverhead : blob.Length;
        return result with
        {
            TotalBlobCount = result.TotalBlobCount + 1,
            TotalSize = result.TotalSize + blob.Length,
            TotalUncompressedSize = result.TotalUncompressedSize + (hasCompression ? uncompressed : 0),
            TotalCompressedBlobsSize = result.TotalCompressedBlobsSize + (isCompressed ? blob.Length : 0),
            TotalCompressedBlobsUncompressedSize =
                result.TotalCompressedBlobsUncompressedSize + (isCompressed ? uncompressed : 0),
        };
    }

    /// <summary>
    /// Both modes count a content where it is met first, the oldest snapshot first, so that a folder need not be read
    /// again: all its contents have been met.
    /// </summary>
    private async Task<StatsResult> CountContentsAsync(
        IReadOnlyList<Snapshot> snapshots, CancellationToken cancellationToken)
    {
        var visited = new BlobSet(repository.Index);
        var contents = new HashSet<Digest>();
        var counter = new BlobsPerFile(Locate);
        long files = 0;
        ulong bytes = 0;
        foreach (Snapshot snapshot in snapshots.OrderBy(snapshot => snapshot.Time).ThenBy(snapshot => snapshot.Id.Hash))
        {
            var walker = new TreeWalker(repository.LoadTreeAsync)
            {
                Enter = entry => entry.Node.Subtree is not BlobId tree || visited.Add(BlobType.Tree, tree),
            };
            if (visited.Add(BlobType.Tree, snapshot.Tree))
            {
                await foreach (TreeEntry entry in walker.WalkAsync(snapshot.Tree, "/", cancellationToken).ConfigureAwait(false))
                {
                    Interlocked.Increment(ref _items);

                    // As restic does, what has no content counts as one empty file altogether.
                    if (contents.Add(DigestOf(entry.Node.Content)))
                    {
                        files++;
                        bytes += entry.Node.Size;
                        if (options.Mode == StatsMode.BlobsPerFile)
                        {
                            counter.Add(entry);
                        }
                    }
                }
            }

            Interlocked.Increment(ref _snapshotsDone);
        }

        return options.Mode == StatsMode.BlobsPerFile
            ? new StatsResult { TotalFileCount = counter.Files, TotalBlobCount = counter.Blobs, TotalSize = counter.Bytes }
            : new StatsResult { TotalFileCount = files, TotalSize = bytes };
    }

    private static Digest DigestOf(IReadOnlyList<BlobId>? content) =>
        Digest.Of(MemoryMarshal.AsBytes((content as BlobId[] ?? [.. content ?? []]).AsSpan()));

    private PackedBlobLocation Locate(BlobType type, BlobId id) =>
        repository.Index.TryFind(type, id, out PackedBlobLocation location)
            ? location
            : throw new RepositoryDamagedException($"The blob {id} is in no index. Run a check, then rebuild the index.");
}
