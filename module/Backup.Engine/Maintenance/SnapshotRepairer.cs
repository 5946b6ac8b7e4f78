using Backup.Engine.Concurrency;
using Backup.Engine.Packs;
using Backup.Engine.Repositories;
using Backup.Engine.Snapshots;

namespace Backup.Engine.Maintenance;

/// <summary>
/// Replaces snapshots that have lost something by ones with what is left, and says exactly what each has lost. The order
/// is that of a backup: trees, index, new snapshots; only then are old ones removed.
/// </summary>
internal sealed class SnapshotRepairer(
    OpenedRepository repository, RepairSnapshotsOptions options, IProgress<RepairProgress>? progress)
{
    /// <summary>What a snapshot is tagged with that stands beside the one that it was made from: as restic does.</summary>
    private const string RepairedTag = "repaired";

    private RepairPhase _phase;
    private long _treesDone;

    /// <summary>Repairs them.</summary>
    public Task<RepairSnapshotsSummary> RunAsync(CancellationToken cancellationToken) =>
        LockScope.ChangeAsync(repository, options.DryRun ? LockKind.Shared : LockKind.Exclusive, RepairAsync, cancellationToken);

    private async Task<RepairSnapshotsSummary> RepairAsync(LockScope scope)
    {
        using IDisposable? pastCache = repository.BypassCache();
        using var pulse = new ProgressPulse<RepairProgress>(progress, repository.Time, elapsed => new RepairProgress
        {
            Phase = _phase,
            Done = Interlocked.Read(ref _treesDone),
            Elapsed = elapsed,
        });
        (IReadOnlyList<Snapshot> snapshots, IReadOnlyList<SnapshotId> unreadable) = await SelectAsync(scope.Token).ConfigureAwait(false);
        await repository.LoadIndexAsync(scope.Token).ConfigureAwait(false);
        Dictionary<(BlobType, BlobId), PackId> unlisted = await ComparePacksAsync(scope.Token).ConfigureAwait(false);
        _phase = RepairPhase.Trees;
        List<(Snapshot Snapshot, RepairedTree Tree)> changed = await RepairTreesAsync(snapshots, unlisted, scope.Token).ConfigureAwait(false);
        var repairs = new List<SnapshotRepair>();
        foreach (SnapshotId id in unreadable)
        {
            repairs.Add(await ForgetAsync(id, [Everything(id)], scope).ConfigureAwait(false));
        }

        foreach ((Snapshot snapshot, RepairedTree tree) in changed)
        {
            repairs.Add(await ReplaceAsync(snapshot, tree, scope).ConfigureAwait(false));
        }

        return new RepairSnapshotsSummary
        {
            Snapshots = repairs,
            Complete = snapshots.Count - changed.Count,
            IsDryRun = options.DryRun,
            Elapsed = pulse.Elapsed,
        };
    }

    /// <summary>The snapshots to look at, oldest first, and those that can't be read.</summary>
    private async Task<(IReadOnlyList<Snapshot> Snapshots, IReadOnlyList<SnapshotId> Unreadable)> SelectAsync(
        CancellationToken cancellationToken)
    {
        var selector = new SnapshotSelector(repository);
        var snapshots = new Dictionary<SnapshotId, Snapshot>();
        var unreadable = new HashSet<SnapshotId>();
        if (options.Snapshots.Count == 0)
        {
            SnapshotSelection all = await selector.SelectAsync([], options.Filter, cancellationToken).ConfigureAwait(false);
            unreadable.UnionWith(all.Damaged.Select(damaged => damaged.Id));
            return ([.. all.Snapshots.OrderBy(snapshot => snapshot.Time)], [.. unreadable.OrderBy(id => id.Hash)]);
        }

        foreach (string text in options.Snapshots)
        {
            try
            {
                Snapshot snapshot = await repository.FindSnapshotAsync(text, options.Filter, cancellationToken).ConfigureAwait(false);
                snapshots[snapshot.Id] = snapshot;
            }
            catch (RepositoryDamagedException) when (text != SnapshotPath.Latest)
            {
                unreadable.Add(await FindIdAsync(text, cancellationToken).ConfigureAwait(false));
            }
        }

        return ([.. snapshots.Values.OrderBy(snapshot => snapshot.Time)], [.. unreadable.OrderBy(id => id.Hash)]);
    }

    /// <summary>What is lost is known by the index, so it must not list what is gone.</summary>
    /// <returns>What is in packs that it does not list: that is not lost either.</returns>
    private async Task<Dictionary<(BlobType, BlobId), PackId>> ComparePacksAsync(CancellationToken cancellationToken)
    {
        var present = new Dictionary<PackId, long>();
        await foreach (BackendFile file in repository.Backend.ListAsync(FileKind.Pack, cancellationToken).ConfigureAwait(false))
        {
            present.Add(new PackId(file.Handle.Name), file.Size);
        }

        if (repository.Index.Packs().FirstOrDefault(pack => !present.ContainsKey(pack.Id)) is { } gone)
        {
            throw new RepositoryDamagedException(
                $"The index lists pack {gone.Id}, which is gone, so what the snapshots have lost can't be told. Repair the index first.");
        }

        var unlisted = new Dictionary<(BlobType, BlobId), PackId>();
        var reader = new PackReader(repository);
        foreach ((PackId pack, long size) in present.Where(pack => !repository.Index.ContainsPack(pack.Key)))
        {
            try
            {
                foreach (PackedBlob blob in await reader.ReadHeaderAsync(pack, size, cancellationToken).ConfigureAwait(false))
                {
                    unlisted[(blob.Type, blob.Id)] = pack;
                }
            }
            catch (RepositoryDamagedException)
            {
                // What it has can't be told, by a repair of the index either.
            }
        }

        return unlisted;
    }

    /// <summary>The file that begins so; there is exactly one, or it would not have been read.</summary>
    private async Task<SnapshotId> FindIdAsync(string text, CancellationToken cancellationToken)
    {
        await foreach (BackendFile file in repository.Backend.ListAsync(FileKind.Snapshot, cancellationToken).ConfigureAwait(false))
        {
            if (file.Handle.Name.ToString().StartsWith(text, StringComparison.OrdinalIgnoreCase))
            {
                return new SnapshotId(file.Handle.Name);
            }
        }

        throw new SnapshotNotFoundException($"There is no snapshot «{text}». List them with {Remedy.ListSnapshots}.");
    }

    /// <summary>Makes the trees of all snapshots without what is lost, and stores those that are new.</summary>
    /// <returns>The snapshots that have lost something.</returns>
    private async Task<List<(Snapshot Snapshot, RepairedTree Tree)>> RepairTreesAsync(
        IReadOnlyList<Snapshot> snapshots, Dictionary<(BlobType, BlobId), PackId> unlisted, CancellationToken cancellationToken)
    {
        var changed = new List<(Snapshot Snapshot, RepairedTree Tree)>();
        using var stages = new StageGroup(cancellationToken);
        using var writer = new BlobWriter(repository, stages, options.DryRun);
        stages.Start(async token =>
        {
            var trees = new TreeRepairer(repository, writer, unlisted, () => Interlocked.Increment(ref _treesDone));
            foreach (Snapshot snapshot in snapshots)
            {
                RepairedTree tree = await trees.RepairAsync(snapshot.Tree, token).ConfigureAwait(false);
                if (tree.Id != snapshot.Tree)
                {
                    tree = tree.Id is null ? tree with { Losses = [new SnapshotLoss("/", SnapshotLossKind.Everything, 0)] } : tree;
                    changed.Add((snapshot, tree));
                    foreach (SnapshotLoss loss in tree.Losses)
                    {
                        options.LossFound?.Invoke(snapshot.Id, loss);
                    }
                }
            }

            await writer.CompleteAsync(token).ConfigureAwait(false);
        });
        await stages.WhenAllAsync().ConfigureAwait(false);
        return changed;
    }

    private async Task<SnapshotRepair> ReplaceAsync(Snapshot snapshot, RepairedTree tree, LockScope scope)
    {
        if (tree.Id is not BlobId root)
        {
            return await ForgetAsync(snapshot.Id, tree.Losses, scope).ConfigureAwait(false);
        }

        if (options.DryRun)
        {
            return new SnapshotRepair { Snapshot = snapshot.Id, Losses = tree.Losses };
        }

        Snapshot repaired = snapshot with { Tree = root, Original = snapshot.Id };
        if (!options.Forget && !snapshot.Tags.Contains(RepairedTag))
        {
            repaired = repaired with { Tags = [.. snapshot.Tags, RepairedTag] };
        }

        byte[] original = await repository.LoadUnpackedAsync(FileKind.Snapshot, snapshot.Id.Hash, scope.Token).ConfigureAwait(false);
        scope.ThrowIfLost();
        Digest name = await repository.SaveUnpackedAsync(FileKind.Snapshot, SnapshotDocument.Encode(repaired, original), scope.Token)
            .ConfigureAwait(false);
        SnapshotRepair repair = await ForgetAsync(snapshot.Id, tree.Losses, scope).ConfigureAwait(false);
        return repair with { Replacement = new SnapshotId(name) };
    }

    /// <summary>Removes a snapshot, if that is wanted.</summary>
    private async Task<SnapshotRepair> ForgetAsync(SnapshotId id, IReadOnlyList<SnapshotLoss> losses, LockScope scope)
    {
        bool isNamed = options.Snapshots.Count > 0 || losses is not [{ Kind: SnapshotLossKind.Everything, Path: "" }];
        bool removes = options.Forget && !options.DryRun && isNamed;
        if (removes)
        {
            _phase = RepairPhase.Removing;
            scope.ThrowIfLost();
            await repository.Backend.DeleteAsync(new FileHandle(FileKind.Snapshot, id.Hash), scope.Token).ConfigureAwait(false);
        }

        return new SnapshotRepair { Snapshot = id, IsRemoved = removes, Losses = losses };
    }

    private SnapshotLoss Everything(SnapshotId id)
    {
        var loss = new SnapshotLoss("", SnapshotLossKind.Everything, 0);
        options.LossFound?.Invoke(id, loss);
        return loss;
    }
}
