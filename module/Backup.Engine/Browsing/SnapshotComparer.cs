using Backup.Engine.Repositories;

namespace Backup.Engine.Browsing;

/// <summary>Compares two snapshots, or folders in them.</summary>
internal sealed class SnapshotComparer(OpenedRepository repository, DiffOptions options)
{
    private readonly HashSet<BlobId> _commonTrees = [];

    /// <summary>Compares them.</summary>
    public Task<DiffSummary> RunAsync(CancellationToken cancellationToken) =>
        LockScope.ReadAsync(repository, CompareAsync, cancellationToken);

    private async Task<DiffSummary> CompareAsync(CancellationToken cancellationToken)
    {
        SnapshotPlace from = await SnapshotPlace.FindAsync(repository, options.From, options.Filter, cancellationToken)
            .ConfigureAwait(false);
        SnapshotPlace to = await SnapshotPlace.FindAsync(repository, options.To, options.Filter, cancellationToken)
            .ConfigureAwait(false);
        var before = new DiffTally(repository.Index);
        var after = new DiffTally(repository.Index);
        before.Blobs.Add(BlobType.Tree, from.Tree);
        after.Blobs.Add(BlobType.Tree, to.Tree);
        long changedFiles = 0;
        Action<UnreadableFolder>? unreadable = options.Unreadable;
        var comparer = new TreeComparer(repository.LoadTreeAsync)
        {
            Metadata = options.Metadata,
            CommonTrees = tree => _commonTrees.Add(tree),
            Visited = (first, second) => Count(first, second, before, after),
            Unreadable = unreadable is null
                ? null
                : (path, isSecond, tree, error) => unreadable(
                    new UnreadableFolder((isSecond ? to : from).Snapshot.Id, path, tree, error)),
            Changed = change =>
            {
                changedFiles += change.Kind.HasFlag(DiffChangeKinds.Content) ? 1 : 0;
                options.Changed?.Invoke(change);
            },
        };
        await comparer.CompareAsync(from.Tree, to.Tree, cancellationToken).ConfigureAwait(false);

        BlobSet common = await FindCommonBlobsAsync(cancellationToken).ConfigureAwait(false);
        return new DiffSummary(
            from.Snapshot, to.Snapshot, changedFiles, after.Sum(before.Blobs, common), before.Sum(after.Blobs, common));
    }

    private static void Count(Node? first, Node? second, DiffTally before, DiffTally after)
    {
        if (first is not null)
        {
            before.AddBlobs(first);
            if (second is null)
            {
                before.CountItem(first);
            }
        }

        if (second is not null)
        {
            after.AddBlobs(second);
            if (first is null)
            {
                after.CountItem(second);
            }
        }
    }

    /// <summary>
    /// The blobs in folders that are equal on both sides: a file that was copied from there is new, its content is not.
    /// </summary>
    private async Task<BlobSet> FindCommonBlobsAsync(CancellationToken cancellationToken)
    {
        var common = new BlobSet(repository.Index);
        var visited = new BlobSet(repository.Index);
        var streamer = new TreeStreamer(repository.LoadTreeAsync, repository.Parallelism)
        {
            Claim = tree => visited.Add(BlobType.Tree, tree),
            Loaded = (_, nodes) => nodes.ForEach(node => DiffTally.AddBlobs(node, common)),
            Failed = (_, _) => { }, // it is equal on both sides, so no difference is lost
        };
        await streamer.VisitAsync(_commonTrees.Select(tree => TreeVisit.Root(default, tree)), cancellationToken)
            .ConfigureAwait(false);
        return common;
    }
}
