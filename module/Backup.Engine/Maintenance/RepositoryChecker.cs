using Backup.Engine.Concurrency;
using Backup.Engine.Indexing;
using Backup.Engine.Packs;
using Backup.Engine.Repositories;

namespace Backup.Engine.Maintenance;

/// <summary>
/// Looks for damage: index files, the list of packs, snapshots and their trees and, if wanted, the content of packs.
/// Faults go into the report and the search goes on.
/// </summary>
/// <remarks>
/// The order makes a lock unnecessary that keeps backups out: snapshots are listed before index files and those before
/// packs, so whatever something names was there before it. Removing needs an exclusive lock, which we do keep out.
/// </remarks>
internal sealed class RepositoryChecker
{
    private readonly OpenedRepository _repository;
    private readonly CheckOptions _options;
    private readonly IProgress<CheckProgress>? _progress;
    private readonly CheckLog _log;
    private readonly IndexInspector _indexes;
    private readonly PackInventory _inventory;
    private CheckPhase _phase;
    private long _treesDone;
    private long _treesTotal;
    private long _packsRead;
    private long _packsToRead;
    private long _bytesRead;
    private long _bytesToRead;

    /// <summary>A checker for one run.</summary>
    public RepositoryChecker(OpenedRepository repository, CheckOptions options, IProgress<CheckProgress>? progress)
    {
        _repository = repository;
        _options = options;
        _progress = progress;
        _log = new CheckLog(options.ProblemFound);
        _indexes = new IndexInspector(repository, _log);
        _inventory = new PackInventory(repository, _indexes.Packs, _log);
    }

    private bool IsFiltered => _options.Snapshots.Count > 0 || !_options.Filter.IsEmpty;

    /// <summary>Checks.</summary>
    public Task<CheckReport> RunAsync(CancellationToken cancellationToken) =>
        LockScope.ReadAsync(_repository, CheckAsync, cancellationToken);

    /// <summary>The same under a lock that somebody holds.</summary>
    public async Task<CheckReport> CheckAsync(CancellationToken cancellationToken)
    {
        using IDisposable? pastCache = _repository.BypassCache();
        using var pulse = new ProgressPulse<CheckProgress>(_progress, _repository.Time, ReadProgress);
        SnapshotSelection snapshots = await new SnapshotSelector(_repository)
            .SelectAsync(_options.Snapshots, _options.Filter, cancellationToken).ConfigureAwait(false);
        Report(snapshots);
        await new KeyInspector(_repository, _log).InspectAsync(cancellationToken).ConfigureAwait(false);
        await _indexes.ReadAsync(cancellationToken).ConfigureAwait(false);
        _repository.UseIndex(_indexes.Index);

        _phase = CheckPhase.Packs;
        await _inventory.CompareAsync(cancellationToken).ConfigureAwait(false);

        _phase = CheckPhase.Trees;
        var used = new BlobSet(_indexes.Index);
        await CheckTreesAsync(snapshots.Snapshots, used, cancellationToken).ConfigureAwait(false);

        if (_options.ReadData is PackSelection selection)
        {
            _phase = CheckPhase.Data;
            await ReadPacksAsync(selection, used, cancellationToken).ConfigureAwait(false);
        }

        CheckReport report = MakeReport(snapshots, used, pulse.Elapsed);
        if (_log.Has(CheckProblemKind.IndexUnreadable))
        {
            _repository.ForgetIndex(); // it knows less than it should
        }

        return report;
    }

    private void Report(SnapshotSelection snapshots)
    {
        foreach ((SnapshotId id, RepositoryDamagedException error) in snapshots.Damaged)
        {
            _log.Add(new CheckProblem
            {
                Kind = CheckProblemKind.SnapshotUnreadable,
                Severity = CheckSeverity.Error,
                File = new FileHandle(FileKind.Snapshot, id.Hash),
                Message = $"The snapshot {id} can't be read. {error.Message}",
            });
        }
    }

    private async Task CheckTreesAsync(IReadOnlyList<Snapshot> snapshots, BlobSet used, CancellationToken cancellationToken)
    {
        BlobIndex index = _indexes.Index;
        _treesTotal = index.BlobCount(BlobType.Tree);
        var inspector = new TreeInspector(index, used, _log);
        var streamer = new TreeStreamer(_repository.LoadTreeAsync, _repository.Parallelism)
        {
            Claim = tree => used.Add(BlobType.Tree, tree),
            Loaded = (visit, nodes) =>
            {
                inspector.Inspect(visit, nodes);
                Interlocked.Increment(ref _treesDone);
            },
            Failed = inspector.ReportUnreadable,
        };
        await streamer.VisitAsync(
            snapshots.Select(snapshot => TreeVisit.Root(snapshot.Id, snapshot.Tree)), cancellationToken).ConfigureAwait(false);
    }

    private async Task ReadPacksAsync(PackSelection selection, BlobSet used, CancellationToken cancellationToken)
    {
        IEnumerable<(PackId Pack, long Size)> present = _indexes.Packs
            .Where(pack => pack.Value.ListedSize >= 0
                && (!IsFiltered || BlobsOf(pack.Key).Any(blob => used.Contains(blob.Type, blob.Id))))
            .Select(pack => (pack.Key, pack.Value.ListedSize));
        List<(PackId Pack, long Size)> packs = PackPicker.Pick(present, selection, Random.Shared);
        _packsToRead = packs.Count;
        _bytesToRead = packs.Sum(pack => pack.Size);
        await Parallel.ForEachAsync(
            packs,
            new ParallelOptions { MaxDegreeOfParallelism = _repository.Parallelism, CancellationToken = cancellationToken },
            async (pack, token) =>
            {
                var verifier = new PackVerifier(_repository, length => Interlocked.Add(ref _bytesRead, length));
                foreach (CheckProblem problem in await verifier.VerifyAsync(
                    pack.Pack, pack.Size, BlobsOf(pack.Pack), token).ConfigureAwait(false))
                {
                    _log.Add(problem);
                }

                Interlocked.Increment(ref _packsRead);
            }).ConfigureAwait(false);
    }

    private CheckReport MakeReport(SnapshotSelection snapshots, BlobSet used, TimeSpan elapsed)
    {
        long? unusedBlobs = null;
        long? unusedBytes = null;
        if (!IsFiltered)
        {
            (unusedBlobs, unusedBytes) = CountUnused(used);
        }

        return _log.ReportOn(new CheckReport
        {
            Snapshots = snapshots.Snapshots.Count,
            IndexFiles = _indexes.FilesDone,
            Packs = _indexes.Packs.Values.LongCount(pack => pack.ListedSize >= 0),
            Trees = _treesDone,
            Blobs = _indexes.Index.EntryCount,
            UnusedBlobs = unusedBlobs,
            UnusedBytes = unusedBytes,
            PacksRead = _packsRead,
            BytesRead = _bytesRead,
            Elapsed = elapsed,
        });
    }

    private List<PackedBlob> BlobsOf(PackId pack) =>
        _indexes.Index.TryFindPack(pack, out IndexedPack? found) ? [.. found.Blobs] : [];

    private (long Blobs, long Bytes) CountUnused(BlobSet used)
    {
        long blobs = 0;
        long bytes = 0;
        foreach (PackedBlob blob in _indexes.Index.Packs().SelectMany(pack => pack.Blobs))
        {
            if (!used.Contains(blob.Type, blob.Id))
            {
                blobs++;
                bytes += blob.Length;
            }
        }

        return (blobs, bytes);
    }

    private CheckProgress ReadProgress(TimeSpan elapsed)
    {
        CheckPhase phase = _phase;
        (long done, long total) = phase switch
        {
            CheckPhase.Index => (_indexes.FilesDone, _indexes.FilesTotal),
            CheckPhase.Packs => (_inventory.Done, _indexes.Packs.Count),
            CheckPhase.Trees => (Interlocked.Read(ref _treesDone), _treesTotal),
            _ => (Interlocked.Read(ref _packsRead), _packsToRead),
        };
        return new CheckProgress
        {
            Phase = phase,
            Done = done,
            Total = total,
            BytesDone = Interlocked.Read(ref _bytesRead),
            BytesTotal = Interlocked.Read(ref _bytesToRead),
            Errors = _log.Errors,
            Elapsed = elapsed,
        };
    }
}
