using Backup.Engine.Concurrency;
using Backup.Engine.Indexing;
using Backup.Engine.Packs;
using Backup.Engine.Repositories;

namespace Backup.Engine.Maintenance;

/// <summary>
/// Makes the index say what is in the packs that there are: keeps what is right, reads the lists of blobs in all other
/// packs, and replaces only the index files that are wrong.
/// </summary>
/// <remarks>
/// The blobs that the index knew of a pack whose own list can't be read would be out of reach afterwards, so those that
/// are sound are stored anew first.
/// </remarks>
internal sealed class IndexRepairer
{
    private readonly OpenedRepository _repository;
    private readonly RepairIndexOptions _options;
    private readonly IProgress<RepairProgress>? _progress;
    private readonly IndexInspector _indexes;
    private readonly BlobIndex _readAnew = new();
    private readonly Lock _gate = new();
    private readonly List<(PackId Pack, long Size)> _toRead = [];
    private readonly List<PackId> _added = [];
    private readonly List<PackId> _corrected = [];
    private readonly List<PackId> _missing = [];
    private readonly List<(PackId Pack, long Size, string Fault)> _unreadable = [];
    private RepairPhase _phase;
    private long _packsRead;

    /// <summary>A repairer for one run.</summary>
    public IndexRepairer(OpenedRepository repository, RepairIndexOptions options, IProgress<RepairProgress>? progress)
    {
        _repository = repository;
        _options = options;
        _progress = progress;
        _indexes = new IndexInspector(repository, new CheckLog(ReportIndex)) { ToleratesOnlyDamage = true };
    }

    /// <summary>Repairs the index.</summary>
    public Task<RepairIndexSummary> RunAsync(CancellationToken cancellationToken) => _options.DryRun
        ? LockScope.ChangeAsync(_repository, LockKind.Shared, RepairAsync, cancellationToken)
        : LockScope.ChangeAsync(_repository, LockKind.Exclusive, RepairAsync, cancellationToken);

    /// <summary>The same under a lock that somebody holds, exclusive unless it is a dry run.</summary>
    public async Task<RepairIndexSummary> RepairAsync(LockScope scope)
    {
        using IDisposable? pastCache = _repository.BypassCache();
        using var pulse = new ProgressPulse<RepairProgress>(_progress, _repository.Time, ReadProgress);
        await _indexes.ReadAsync(scope.Token).ConfigureAwait(false);
        var replacement = new IndexReplacement(_repository, _indexes);
        _phase = RepairPhase.Packs;
        await ComparePacksAsync(replacement, scope.Token).ConfigureAwait(false);
        try
        {
            return await ReplaceAsync(replacement, scope, pulse).ConfigureAwait(false);
        }
        finally
        {
            _repository.ForgetIndex();
        }
    }

    private async Task<RepairIndexSummary> ReplaceAsync(
        IndexReplacement replacement, LockScope scope, ProgressPulse<RepairProgress> pulse)
    {
        using var writer = new IndexWriter(_repository.Files, _repository.Time);
        await ReadPacksAsync(writer, scope.Token).ConfigureAwait(false);
        IReadOnlyList<PackRepair> unreadable = await SalvageAsync(replacement, scope.Token).ConfigureAwait(false);
        int removed = replacement.Obsolete.Count;
        if (!_options.DryRun)
        {
            await replacement.SaveAsync(writer, scope.Token).ConfigureAwait(false);
            _phase = RepairPhase.Removing;
            removed = await replacement.RemoveAsync(scope).ConfigureAwait(false);
        }

        return new RepairIndexSummary
        {
            DamagedIndexes = [.. _indexes.Damaged.Order()],
            AddedPacks = [.. _added.OrderBy(pack => pack.Hash)],
            CorrectedPacks = [.. _corrected.OrderBy(pack => pack.Hash)],
            MissingPacks = [.. _missing.OrderBy(pack => pack.Hash)],
            UnreadablePacks = unreadable,
            IndexesSaved = writer.FilesSaved,
            IndexesRemoved = removed,
            IsDryRun = _options.DryRun,
            Elapsed = pulse.Elapsed,
        };
    }

    /// <summary>Finds out which packs have to be read, and which are gone.</summary>
    private async Task ComparePacksAsync(IndexReplacement replacement, CancellationToken cancellationToken)
    {
        await foreach (BackendFile file in _repository.Backend.ListAsync(FileKind.Pack, cancellationToken).ConfigureAwait(false))
        {
            var pack = new PackId(file.Handle.Name);
            if (!_indexes.Packs.TryGetValue(pack, out PackFacts? facts))
            {
                _toRead.Add((pack, file.Size));
                continue;
            }

            facts.ListedSize = file.Size;
            if (_options.ReadAllPacks || facts.IsContradictory || facts.Size != file.Size)
            {
                _toRead.Add((pack, file.Size));
                replacement.Drop(pack);
            }
            else
            {
                replacement.KeepFirst(facts);
            }
        }

        if (_indexes.Packs.Count > 0 && _indexes.Packs.Values.All(facts => facts.ListedSize < 0))
        {
            throw new RepositoryDamagedException(
                $"Not one of the {_indexes.Packs.Count:N0} packs that the index lists is there. If a disk is not mounted or the data is elsewhere, put that right first. Nothing was changed.");
        }

        foreach ((PackId pack, PackFacts facts) in _indexes.Packs.Where(pair => pair.Value.ListedSize < 0))
        {
            _missing.Add(pack);
            replacement.Drop(pack);
            Notice(pack, $"Pack {pack} with {facts.Size:N0} bytes is gone: the index no longer lists it.");
        }
    }

    private Task ReadPacksAsync(IndexWriter writer, CancellationToken cancellationToken) => Parallel.ForEachAsync(
        _toRead,
        new ParallelOptions { MaxDegreeOfParallelism = _repository.Parallelism, CancellationToken = cancellationToken },
        async (pack, token) =>
        {
            try
            {
                List<PackedBlob> blobs = await new PackReader(_repository).ReadHeaderAsync(pack.Pack, pack.Size, token).ConfigureAwait(false);
                Compare(pack.Pack, blobs);
                _readAnew.AddPack(pack.Pack, blobs);
                if (!_options.DryRun)
                {
                    await writer.AddAsync(pack.Pack, blobs, token).ConfigureAwait(false);
                }
            }
            catch (RepositoryDamagedException exception)
            {
                lock (_gate)
                {
                    _unreadable.Add((pack.Pack, pack.Size, exception.Message));
                }
            }

            Interlocked.Increment(ref _packsRead);
        });

    /// <summary>Compares what a pack says of itself with what the index says of it.</summary>
    private void Compare(PackId pack, List<PackedBlob> blobs)
    {
        if (!_indexes.Index.TryFindPack(pack, out IndexedPack? known))
        {
            lock (_gate)
            {
                _added.Add(pack);
            }

            Notice(pack, $"Pack {pack} with {blobs.Count:N0} blobs was in no index: it is listed now.");
        }
        else if (!known.Blobs.SequenceEqual(blobs))
        {
            lock (_gate)
            {
                _corrected.Add(pack);
            }

            Notice(pack, $"The index said something wrong of pack {pack}: it is listed with the {blobs.Count:N0} blobs that it has.");
        }
    }

    /// <summary>Stores anew what the index knew of packs that can't say themselves what they have.</summary>
    private async Task<IReadOnlyList<PackRepair>> SalvageAsync(IndexReplacement replacement, CancellationToken cancellationToken)
    {
        foreach ((PackId pack, _, string fault) in _unreadable)
        {
            Notice(pack, _indexes.Packs.ContainsKey(pack)
                ? $"{fault} The index no longer lists it; what is sound of the blobs that it listed is stored anew."
                : $"{fault} It is not listed.");
        }

        (PackId Pack, long Size, string Fault)[] known = [.. _unreadable.Where(pack => _indexes.Packs.ContainsKey(pack.Pack))];
        if (known.Length == 0)
        {
            return [.. _unreadable.Select(pack => new PackRepair(pack.Pack, 0, [])).OrderBy(pack => pack.Pack.Hash)];
        }

        foreach (IndexedPack pack in _indexes.Index.Packs().Where(pack => !replacement.Dropped.Contains(pack.Id)))
        {
            _readAnew.AddPack(pack.Id, pack.Blobs);
        }

        _repository.UseIndex(_readAnew);
        IReadOnlyList<PackRepair> repairs = await PackRepairer.SalvageAsync(
            _repository,
            [.. known.Select(pack => (pack.Pack, pack.Size, (IEnumerable<PackedBlob>)BlobsOf(pack.Pack)))],
            _options.DryRun,
            () => { },
            (pack, id, why) => Notice(pack, $"The blob {id} of pack {pack} is lost: {why}."),
            cancellationToken).ConfigureAwait(false);
        return
        [
            .. repairs.Concat(_unreadable.ExceptBy(known.Select(pack => pack.Pack), pack => pack.Pack)
                .Select(pack => new PackRepair(pack.Pack, 0, []))).OrderBy(pack => pack.Pack.Hash),
        ];
    }

    private IReadOnlyList<PackedBlob> BlobsOf(PackId pack) =>
        _indexes.Index.TryFindPack(pack, out IndexedPack? known) ? known.Blobs : [];

    private void ReportIndex(CheckProblem problem)
    {
        if (problem is { Kind: CheckProblemKind.IndexUnreadable, File: FileHandle file })
        {
            Notice(file, $"{problem.Message} What the packs say replaces it.");
        }
    }

    private void Notice(PackId pack, string message) => Notice(new FileHandle(FileKind.Pack, pack.Hash), message);

    private void Notice(FileHandle file, string message)
    {
        lock (_gate)
        {
            _options.Noticed?.Invoke(new RepairNotice(file, message));
        }
    }

    private RepairProgress ReadProgress(TimeSpan elapsed) => _phase switch
    {
        RepairPhase.Index => new() { Phase = _phase, Done = _indexes.FilesDone, Total = _indexes.FilesTotal, Elapsed = elapsed },
        RepairPhase.Packs => new() { Phase = _phase, Done = Interlocked.Read(ref _packsRead), Total = _toRead.Count, Elapsed = elapsed },
        _ => new() { Phase = _phase, Elapsed = elapsed },
    };
}
