using Backup.Engine.Concurrency;
using Backup.Engine.Indexing;
using Backup.Engine.Packs;
using Backup.Engine.Repositories;

namespace Backup.Engine.Maintenance;

/// <summary>
/// Saves what is sound of damaged packs into new ones, lets the index forget the damaged ones, and removes them: in this
/// order, so that whatever happens meanwhile no sound blob is without a place.
/// </summary>
internal sealed class PackRepairer(
    OpenedRepository repository, RepairPacksOptions options, IProgress<RepairProgress>? progress)
{
    private readonly IndexInspector _indexes = new(repository, new CheckLog(null)) { ToleratesOnlyDamage = true };
    private RepairPhase _phase;
    private long _packsTotal;
    private long _packsDone;

    /// <summary>Repairs them.</summary>
    public Task<RepairPacksSummary> RunAsync(CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfZero(options.Packs.Count, nameof(options));
        return LockScope.ChangeAsync(repository, options.DryRun ? LockKind.Shared : LockKind.Exclusive, RepairAsync, cancellationToken);
    }

    /// <summary>Salvages packs into new ones and saves their index.</summary>
    /// <param name="repository">The repository, with an index that does not know the packs.</param>
    /// <param name="packs">The packs, the sizes of their files, and the blobs that they should have.</param>
    /// <param name="dryRun">Read everything, but store nothing.</param>
    /// <param name="packDone">Hears that another pack is done.</param>
    /// <param name="lost">Hears of each blob that is lost, and why.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<IReadOnlyList<PackRepair>> SalvageAsync(
        OpenedRepository repository,
        IReadOnlyList<(PackId Pack, long Size, IEnumerable<PackedBlob> Blobs)> packs,
        bool dryRun,
        Action packDone,
        Action<PackId, BlobId, string> lost,
        CancellationToken cancellationToken)
    {
        using var stages = new StageGroup(cancellationToken);
        using var writer = new BlobWriter(repository, stages, dryRun);
        var salvager = new PackSalvager(repository, writer);
        IReadOnlyList<PackRepair> repairs = [];
        stages.Start(async token =>
        {
            await Parallel.ForEachAsync(
                packs,
                new ParallelOptions { MaxDegreeOfParallelism = repository.Parallelism, CancellationToken = token },
                async (pack, packToken) =>
                {
                    await salvager.SalvageAsync(pack.Pack, pack.Size, pack.Blobs, packToken).ConfigureAwait(false);
                    packDone();
                }).ConfigureAwait(false);
            repairs = await salvager.FinishAsync(lost, token).ConfigureAwait(false);
            await writer.CompleteAsync(token).ConfigureAwait(false);
        });
        await stages.WhenAllAsync().ConfigureAwait(false);
        return repairs;
    }

    private async Task<RepairPacksSummary> RepairAsync(LockScope scope)
    {
        using IDisposable? pastCache = repository.BypassCache();
        using var pulse = new ProgressPulse<RepairProgress>(progress, repository.Time, ReadProgress);
        await _indexes.ReadAsync(scope.Token).ConfigureAwait(false);
        if (_indexes.Damaged.Count > 0)
        {
            throw new RepositoryDamagedException(
                $"The index {_indexes.Damaged[0]} can't be read, so what is in the packs is not fully known. Repair the index first.");
        }

        _phase = RepairPhase.Packs;
        Dictionary<PackId, long> packs = await FindAsync(scope.Token).ConfigureAwait(false);
        _packsTotal = packs.Count;
        HashSet<PackId> copied = await CopyAsync(packs, scope.Token).ConfigureAwait(false);
        try
        {
            return await RepairAsync(packs, copied, scope, pulse).ConfigureAwait(false);
        }
        finally
        {
            repository.ForgetIndex();
        }
    }

    private async Task<RepairPacksSummary> RepairAsync(
        Dictionary<PackId, long> packs, HashSet<PackId> copied, LockScope scope, ProgressPulse<RepairProgress> pulse)
    {
        var blobs = new List<(PackId Pack, long Size, IEnumerable<PackedBlob> Blobs)>();
        foreach ((PackId pack, long size) in packs)
        {
            blobs.Add((pack, size, await BlobsOfAsync(pack, size, scope.Token).ConfigureAwait(false)));
        }

        var sound = new BlobIndex();
        foreach (IndexedPack pack in _indexes.Index.Packs().Where(pack => !packs.ContainsKey(pack.Id)))
        {
            sound.AddPack(pack.Id, pack.Blobs);
        }

        repository.UseIndex(sound);
        IReadOnlyList<PackRepair> repairs = await SalvageAsync(
            repository,
            blobs,
            options.DryRun,
            () => Interlocked.Increment(ref _packsDone),
            (pack, id, why) => Notice(pack, $"The blob {id} of pack {pack} is lost: {why}."),
            scope.Token).ConfigureAwait(false);
        return new RepairPacksSummary
        {
            Packs = [.. repairs.Select(repair => repair with { HasCopy = copied.Contains(repair.Pack) })],
            PacksRemoved = options.DryRun ? 0 : await RemoveAsync(packs, scope).ConfigureAwait(false),
            IsDryRun = options.DryRun,
            Elapsed = pulse.Elapsed,
        };
    }

    /// <summary>Lets the index forget the packs, then removes their files.</summary>
    private async Task<int> RemoveAsync(Dictionary<PackId, long> packs, LockScope scope)
    {
        _phase = RepairPhase.Removing;
        var replacement = new IndexReplacement(repository, _indexes);
        foreach (PackId pack in packs.Keys)
        {
            replacement.Drop(pack);
        }

        using var writer = new IndexWriter(repository.Files, repository.Time);
        await replacement.SaveAsync(writer, scope.Token).ConfigureAwait(false);
        await replacement.RemoveAsync(scope).ConfigureAwait(false);
        int removed = 0;
        foreach ((PackId pack, long size) in packs)
        {
            if (size < 0)
            {
                continue;
            }

            scope.ThrowIfLost();
            try
            {
                await repository.Backend.DeleteAsync(new FileHandle(FileKind.Pack, pack.Hash), scope.Token).ConfigureAwait(false);
                removed++;
            }
            catch (BackendException exception)
            {
                // What was sound of it is stored elsewhere and nothing names it any more: pruning removes it.
                Notice(pack, $"The damaged pack {pack} could not be removed; pruning will. {exception.Message}");
            }
        }

        return removed;
    }

    /// <summary>The packs that are meant, with their sizes; -1 for those that are in the index only.</summary>
    private async Task<Dictionary<PackId, long>> FindAsync(CancellationToken cancellationToken)
    {
        var present = new Dictionary<PackId, long>();
        await foreach (BackendFile file in repository.Backend.ListAsync(FileKind.Pack, cancellationToken).ConfigureAwait(false))
        {
            present.Add(new PackId(file.Handle.Name), file.Size);
        }

        PackId[] all = [.. present.Keys.Union(_indexes.Packs.Keys)];
        var found = new Dictionary<PackId, long>();
        foreach (string text in options.Packs)
        {
            PackId[] matches = [.. all.Where(pack => text.Length > 0 && pack.ToString().StartsWith(text, StringComparison.OrdinalIgnoreCase)).Take(2)];
            if (matches.Length == 0)
            {
                throw new ItemNotFoundException($"There is no pack «{text}», neither as a file nor in the index. A check names those that are damaged.");
            }

            if (matches.Length > 1)
            {
                throw new ArgumentException($"Several packs begin with «{text}». Write more of the id.");
            }

            found[matches[0]] = present.GetValueOrDefault(matches[0], -1);
        }

        return found;
    }

    /// <summary>All that the index or the pack itself says is in it: where they differ, one of them is right.</summary>
    private async Task<IEnumerable<PackedBlob>> BlobsOfAsync(PackId pack, long size, CancellationToken cancellationToken)
    {
        IReadOnlyList<PackedBlob> known = _indexes.Index.TryFindPack(pack, out IndexedPack? indexed) ? indexed.Blobs : [];
        if (size < 0)
        {
            return known;
        }

        try
        {
            return known.Union(await new PackReader(repository).ReadHeaderAsync(pack, size, cancellationToken).ConfigureAwait(false));
        }
        catch (RepositoryDamagedException)
        {
            return known; // the pack is damaged, that is why it is here
        }
        catch (BackendException error)
        {
            await Reachability.ThrowIfAwayAsync(repository, error, cancellationToken).ConfigureAwait(false);
            return known;
        }
    }

    private async Task<HashSet<PackId>> CopyAsync(Dictionary<PackId, long> packs, CancellationToken cancellationToken)
    {
        var copied = new HashSet<PackId>();
        if (options.CopyTo is null || options.DryRun)
        {
            return copied;
        }

        foreach ((PackId pack, long size) in packs.Where(pack => pack.Value >= 0))
        {
            try
            {
                byte[] content = await repository.Backend.LoadAsync(
                    new FileHandle(FileKind.Pack, pack.Hash), int.MaxValue, cancellationToken).ConfigureAwait(false);
                await WriteNewAsync(Path.Combine(options.CopyTo, $"pack-{pack}"), content, cancellationToken).ConfigureAwait(false);
                copied.Add(pack);
            }
            catch (BackendException error)
            {
                await Reachability.ThrowIfAwayAsync(repository, error, cancellationToken).ConfigureAwait(false);
                Notice(pack, $"Pack {pack} with {size:N0} bytes can't be read as a whole, so there is no copy of it. {error.Message}");
            }
        }

        return copied;
    }

    private static async Task WriteNewAsync(string path, byte[] content, CancellationToken cancellationToken)
    {
        var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
        await using (file.ConfigureAwait(false))
        {
            await file.WriteAsync(content, cancellationToken).ConfigureAwait(false);
            file.Flush(flushToDisk: true);
        }
    }

    private void Notice(PackId pack, string message)
    {
        lock (_indexes)
        {
            options.Noticed?.Invoke(new RepairNotice(new FileHandle(FileKind.Pack, pack.Hash), message));
        }
    }

    private RepairProgress ReadProgress(TimeSpan elapsed) => _phase switch
    {
        RepairPhase.Index => new() { Phase = _phase, Done = _indexes.FilesDone, Total = _indexes.FilesTotal, Elapsed = elapsed },
        RepairPhase.Packs => new() { Phase = _phase, Done = Interlocked.Read(ref _packsDone), Total = _packsTotal, Elapsed = elapsed },
        _ => new() { Phase = _phase, Elapsed = elapsed },
    };
}
