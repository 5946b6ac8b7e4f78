using Backup.Engine.Concurrency;
using Backup.Engine.Indexing;
using Backup.Engine.Packs;
using Backup.Engine.Repositories;
using Backup.Engine.Snapshots;
using Backup.Engine.Trees;

namespace Backup.Engine.Maintenance;

/// <summary>
/// Finds the trees that neither a snapshot nor another tree leads to, and makes a snapshot with each of them as a folder.
/// The index is repaired before, so that trees in packs that it has lost are found, too.
/// </summary>
internal sealed class OrphanRecoverer(
    OpenedRepository repository, RecoverOptions options, IProgress<RepairProgress>? progress)
{
    private const string SnapshotPath = "/recover";
    private const string Tag = "recovered";

    private readonly Lock _gate = new();
    private long _treesTotal;
    private long _treesDone;
    private long _treesUnreadable;

    /// <summary>Recovers them.</summary>
    public Task<RecoverSummary> RunAsync(CancellationToken cancellationToken) =>
        LockScope.ChangeAsync(repository, LockKind.Exclusive, RecoverAsync, cancellationToken);

    private async Task<RecoverSummary> RecoverAsync(LockScope scope)
    {
        await new IndexRepairer(repository, new RepairIndexOptions { Noticed = options.Noticed }, progress)
            .RepairAsync(scope).ConfigureAwait(false);
        using var pulse = new ProgressPulse<RepairProgress>(progress, repository.Time, elapsed => new RepairProgress
        {
            Phase = RepairPhase.Trees,
            Done = Interlocked.Read(ref _treesDone),
            Total = _treesTotal,
            Elapsed = elapsed,
        });
        await repository.LoadIndexAsync(scope.Token).ConfigureAwait(false);
        List<BlobId> roots = await FindRootsAsync(scope.Token).ConfigureAwait(false);
        SnapshotId? snapshot = roots.Count == 0 ? null : await SaveAsync(roots, scope).ConfigureAwait(false);
        return new RecoverSummary
        {
            Snapshot = snapshot,
            Roots = roots,
            TreesUnreadable = _treesUnreadable,
            Elapsed = pulse.Elapsed,
        };
    }

    private async Task<List<BlobId>> FindRootsAsync(CancellationToken cancellationToken)
    {
        _treesTotal = repository.Index.BlobCount(BlobType.Tree);
        var reached = new BlobSet(repository.Index);
        var unreadable = new BlobSet(repository.Index);
        await Parallel.ForEachAsync(
            repository.Index.Packs().Where(pack => pack.Blobs.Any(blob => blob.Type == BlobType.Tree)),
            new ParallelOptions { MaxDegreeOfParallelism = repository.Parallelism, CancellationToken = cancellationToken },
            (pack, token) => ReadAsync(pack, reached, unreadable, token)).ConfigureAwait(false);
        SnapshotSelection snapshots = await new SnapshotSelector(repository)
            .SelectAsync([], new SnapshotFilter(), cancellationToken).ConfigureAwait(false);
        foreach (Snapshot snapshot in snapshots.Snapshots)
        {
            reached.Add(BlobType.Tree, snapshot.Tree);
        }

        return
        [
            .. repository.Index.Packs().SelectMany(pack => pack.Blobs)
                .Where(blob => blob.Type == BlobType.Tree && !reached.Contains(BlobType.Tree, blob.Id) && !unreadable.Contains(BlobType.Tree, blob.Id))
                .Select(blob => blob.Id).Distinct().OrderBy(id => id.Hash),
        ];
    }

    private async ValueTask ReadAsync(IndexedPack pack, BlobSet reached, BlobSet unreadable, CancellationToken cancellationToken)
    {
        foreach (PackedBlob blob in pack.Blobs.Where(blob => blob.Type == BlobType.Tree))
        {
            try
            {
                foreach (Node node in await repository.LoadTreeAsync(blob.Id, cancellationToken).ConfigureAwait(false))
                {
                    if (node is { Type: NodeType.Directory, Subtree: BlobId subtree })
                    {
                        reached.Add(BlobType.Tree, subtree);
                    }
                }
            }
            catch (RepositoryDamagedException exception)
            {
                if (unreadable.Add(BlobType.Tree, blob.Id))
                {
                    Interlocked.Increment(ref _treesUnreadable);
                    lock (_gate)
                    {
                        options.Noticed?.Invoke(new RepairNotice(new FileHandle(FileKind.Pack, pack.Id.Hash), exception.Message));
                    }
                }
            }

            Interlocked.Increment(ref _treesDone);
        }
    }

    private async Task<SnapshotId> SaveAsync(List<BlobId> roots, LockScope scope)
    {
        Timestamp now = Timestamp.From(repository.Time.GetLocalNow());
        var encoder = new TreeEncoder();
        foreach ((string name, BlobId root) in Named(roots))
        {
            encoder.Add(new Node
            {
                Name = name,
                Type = NodeType.Directory,
                Mode = 0x8000_01ED, // a directory, rwxr-xr-x
                ModTime = now,
                AccessTime = now,
                ChangeTime = now,
                Subtree = root,
            });
        }

        BlobId tree = await SaveTreeAsync(encoder.Finish(), scope.Token).ConfigureAwait(false);
        LockIdentity identity = LockIdentity.Current();
        var snapshot = new Snapshot
        {
            Time = now,
            Tree = tree,
            Paths = [SnapshotPath],
            Hostname = options.Hostname is { Length: > 0 } hostname ? hostname : identity.Hostname,
            Username = identity.Username,
            Uid = identity.Uid,
            Gid = identity.Gid,
            Tags = [Tag],
            ProgramVersion = options.ProgramVersion,
        };
        scope.ThrowIfLost();
        return new SnapshotId(await repository.SaveUnpackedAsync(
            FileKind.Snapshot, SnapshotDocument.Encode(snapshot), scope.Token).ConfigureAwait(false));
    }

    /// <summary>Names each by the beginning of its id; two that begin alike by all of it.</summary>
    private static IEnumerable<(string Name, BlobId Root)> Named(List<BlobId> roots)
    {
        Dictionary<string, int> counts = roots.CountBy(root => root.ToShortString()).ToDictionary();
        return roots.Select(root => (counts[root.ToShortString()] == 1 ? root.ToShortString() : root.ToString(), root));
    }

    private async Task<BlobId> SaveTreeAsync(ReadOnlyMemory<byte> json, CancellationToken cancellationToken)
    {
        BlobId tree = default;
        using var stages = new StageGroup(cancellationToken);
        using var writer = new BlobWriter(repository, stages, discards: false);
        stages.Start(async token =>
        {
            tree = (await writer.SaveAsync(BlobType.Tree, json, token).ConfigureAwait(false)).Id;
            await writer.CompleteAsync(token).ConfigureAwait(false);
        });
        await stages.WhenAllAsync().ConfigureAwait(false);
        return tree;
    }
}
