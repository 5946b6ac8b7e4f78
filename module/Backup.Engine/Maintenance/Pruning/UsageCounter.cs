using Backup.Engine.Concurrency;
using Backup.Engine.Indexing;
using Backup.Engine.Repositories;

namespace Backup.Engine.Maintenance.Pruning;

/// <summary>
/// Finds out which snapshots need how much of the space. The trees are read once to count how often each is met, and once
/// more, each after all that lead to it, to hand on who needs them; so it does not matter how many snapshots share them.
/// </summary>
internal sealed class UsageCounter(OpenedRepository repository, UsageOptions options, IProgress<UsageProgress>? progress)
{
    private BlobIndex _index = repository.Index;
    private IReadOnlyList<Snapshot> _snapshots = [];
    private long _treesDone;
    private long _treesTotal;

    /// <summary>
    /// Bytes that the bits of who needs what may take. If that is not enough for all sets, the trees are read several times.
    /// </summary>
    public long MaskMemory { get; init; } = 64 * 1024 * 1024;

    /// <summary>Counts.</summary>
    public Task<UsageReport> RunAsync(CancellationToken cancellationToken) =>
        LockScope.ReadAsync(repository, CountAsync, cancellationToken);

    private async Task<UsageReport> CountAsync(CancellationToken cancellationToken)
    {
        using var pulse = new ProgressPulse<UsageProgress>(
            progress, repository.Time, elapsed => new UsageProgress(Interlocked.Read(ref _treesDone), Interlocked.Read(ref _treesTotal), elapsed));
        var selector = new SnapshotSelector(repository);
        _snapshots = (await selector.SelectAsync([], new SnapshotFilter(), cancellationToken).ConfigureAwait(false)).RequireAll();
        OwnerSet? forgotten = await SelectForgottenAsync(selector, cancellationToken).ConfigureAwait(false);
        await repository.LoadIndexAsync(cancellationToken).ConfigureAwait(false);
        _index = repository.Index;
        PackListing listing = await PackListing.ReadAsync(repository, cancellationToken).ConfigureAwait(false);

        var used = new BlobSet(_index);
        int[] meetings = await CountMeetingsAsync(used, cancellationToken).ConfigureAwait(false);
        List<OwnerSet> sets = OwnerSet.Group(_snapshots, options.GroupBy);
        var owners = new List<UsageOwner>(sets.Count);
        OwnerSet[][] batches = [.. (forgotten is null ? sets : [forgotten, .. sets]).Chunk(OwnerMasks.MostSets(_index.EntryCount, MaskMemory))];
        Interlocked.Exchange(ref _treesTotal, _treesDone * (1 + batches.Length));
        foreach (OwnerSet[] batch in batches)
        {
            owners.AddRange(await CountAsync(batch, (int[])meetings.Clone(), cancellationToken).ConfigureAwait(false));
        }

        List<PackTally> packs = PackSurvey.Take(_index, used, listing.Sizes);
        var rules = PruneRules.Of(new PruneOptions(), repository);
        PackJudge.Judge(packs, rules);
        return new UsageReport
        {
            GroupBy = options.GroupBy,
            Forgotten = forgotten is null ? null : owners[0],
            Owners = [.. owners.Skip(forgotten is null ? 0 : 1).OrderByDescending(owner => owner.ExclusiveBytes).ThenBy(owner => owner.Name, StringComparer.Ordinal)],
            Space = PruneCounter.Count(packs, listing.Unreferenced, rules.CanCompress) with { IsDryRun = true },
            Elapsed = pulse.Elapsed,
        };
    }

    private async Task<OwnerSet?> SelectForgottenAsync(SnapshotSelector selector, CancellationToken cancellationToken)
    {
        if (options.Forget.Count == 0 && options.ForgetFilter.IsEmpty)
        {
            return null;
        }

        SnapshotSelection selection = await selector.SelectAsync(options.Forget, options.ForgetFilter, cancellationToken).ConfigureAwait(false);
        return new OwnerSet("", [.. selection.RequireAll().Select(snapshot => snapshot.Id)]);
    }

    /// <summary>Reads each tree once, and counts for each how often a snapshot or another tree leads to it.</summary>
    private async Task<int[]> CountMeetingsAsync(BlobSet used, CancellationToken cancellationToken)
    {
        int[] meetings = new int[_index.EntryCount];
        await VisitAsync(
            tree =>
            {
                used.Add(tree);
                return Interlocked.Increment(ref meetings[tree]) == 1;
            },
            (_, blob) => used.Add(blob),
            cancellationToken).ConfigureAwait(false);
        return meetings;
    }

    private async Task<IEnumerable<UsageOwner>> CountAsync(OwnerSet[] sets, int[] meetingsLeft, CancellationToken cancellationToken)
    {
        var masks = new OwnerMasks(_index.EntryCount, sets);
        foreach (Snapshot snapshot in _snapshots)
        {
            masks.Add(NumberOf(BlobType.Tree, snapshot.Tree), snapshot.Id);
        }

        await VisitAsync(
            tree => Interlocked.Decrement(ref meetingsLeft[tree]) == 0, // all that lead to it have handed on what they know
            (tree, blob) => masks.Inherit(blob, tree),
            cancellationToken).ConfigureAwait(false);
        return masks.Count(_index);
    }

    private Task VisitAsync(Func<int, bool> claim, Action<int, int> need, CancellationToken cancellationToken)
    {
        var streamer = new TreeStreamer(repository.LoadTreeAsync, repository.Parallelism)
        {
            Claim = tree => claim(NumberOf(BlobType.Tree, tree)),
            Loaded = (visit, nodes) =>
            {
                int tree = NumberOf(BlobType.Tree, visit.Tree);
                foreach (Node node in nodes)
                {
                    foreach (BlobId blob in node.Content ?? [])
                    {
                        need(tree, NumberOf(BlobType.Data, blob));
                    }

                    if (node is { Type: NodeType.Directory, Subtree: { Hash.IsZero: false } subtree })
                    {
                        need(tree, NumberOf(BlobType.Tree, subtree));
                    }
                }

                Interlocked.Increment(ref _treesDone);
            },
        };
        return streamer.VisitAsync(
            _snapshots.Select(snapshot => TreeVisit.Root(snapshot.Id, snapshot.Tree)), cancellationToken);
    }

    private int NumberOf(BlobType type, BlobId id)
    {
        int number = _index.IndexOf(type, id);
        return number >= 0
            ? number
            : throw new RepositoryDamagedException(
                $"The {(type == BlobType.Tree ? "tree" : "data")} blob {id} is in no index, but a snapshot needs it. Run a check, then repair the index.");
    }
}
