using Backup.Engine.Concurrency;
using Backup.Engine.Indexing;
using Backup.Engine.Repositories;
using Backup.Engine.Snapshots;

namespace Backup.Engine.Maintenance;

/// <summary>
/// Copies snapshots from another repository, several at once: their trees are followed, the blobs that are missing here
/// are read pack by pack, and when these are stored and indexed the snapshots are saved. A copy that is stopped goes on
/// where it was when it is run again.
/// </summary>
internal sealed class RepositoryCopier
{
    /// <summary>Snapshots are saved when so many packs' worth of data has been copied for them.</summary>
    private const long PacksPerBatch = 50;

    private readonly OpenedRepository _source;
    private readonly OpenedRepository _destination;
    private readonly CopyOptions _options;
    private readonly IProgress<CopyProgress>? _progress;
    private readonly bool _isReplica;
    private readonly List<CopiedSnapshot> _copied = [];
    private BlobSet _visited;
    private LockScope? _scope; // of the destination, unless it is a dry run
    private long _snapshotsTotal;
    private long _bytesTotal;
    private long _bytesDone;
    private long _blobs;
    private long _packsRead;

    /// <summary>A copier for one run.</summary>
    public RepositoryCopier(
        OpenedRepository source, OpenedRepository destination, CopyOptions options, IProgress<CopyProgress>? progress)
    {
        _source = source;
        _destination = destination;
        _options = options;
        _progress = progress;
        _isReplica = source.MasterKey.HasSameKeys(destination.MasterKey);
        _visited = new BlobSet(source.Index);
    }

    /// <summary>Copies.</summary>
    public Task<CopySummary> RunAsync(CancellationToken cancellationToken) => LockedAsync(CopyAsync, cancellationToken);

    /// <summary>Copies everything that is not here; removes what is no longer there, if that is wanted.</summary>
    public async Task<CopySummary> ReplicateAsync(bool delete, CancellationToken cancellationToken)
    {
        if (delete && !_isReplica)
        {
            // Not everything that names an original is a copy: a snapshot that was tagged here does, too.
            throw new ArgumentException(
                $"{_destination.Backend.Location} was not made as a replica, so which of its snapshots are copies can't be told, and none is removed. Forget them there, or make a replica.");
        }

        CopySummary summary = await RunAsync(cancellationToken).ConfigureAwait(false);
        return delete
            ? summary with { Removed = await new ReplicaCleaner(_source, _destination).RunAsync(_options.DryRun, cancellationToken).ConfigureAwait(false) }
            : summary;
    }

    private Task<CopySummary> LockedAsync(Func<CancellationToken, Task<CopySummary>> copy, CancellationToken cancellationToken)
    {
        if (_source.Config.Id == _destination.Config.Id)
        {
            throw new ArgumentException($"{_source.Backend.Location} and {_destination.Backend.Location} are the same repository: there is nothing to copy.");
        }

        if (_source.Config.ChunkerPolynomial != _destination.Config.ChunkerPolynomial)
        {
            _destination.Options.Warn?.Invoke(
                "The two repositories cut files at different places, so files that both have are stored twice here. A repository created with the other one's chunker parameters would share them.");
        }

        return LockScope.ReadAsync(
            _source,
            token => _options.DryRun
                ? LockScope.ReadAsync(_destination, copy, token)
                : LockScope.ChangeAsync(
                    _destination,
                    LockKind.Shared,
                    scope =>
                    {
                        _scope = scope;
                        return copy(scope.Token);
                    },
                    token),
            cancellationToken);
    }

    private async Task<CopySummary> CopyAsync(CancellationToken cancellationToken)
    {
        using var pulse = new ProgressPulse<CopyProgress>(_progress, _destination.Time, ReadProgress);
        SnapshotSelection selected = await new SnapshotSelector(_source)
            .SelectAsync(_options.Snapshots, _options.Filter, cancellationToken).ConfigureAwait(false);
        SnapshotSelection here = await new SnapshotSelector(_destination)
            .SelectAsync([], new SnapshotFilter(), cancellationToken).ConfigureAwait(false);
        var copies = new SnapshotCopies(here.Snapshots);
        Snapshot[] wanted = [.. selected.Snapshots.Where(snapshot => _options.Snapshots.Count > 0 || !snapshot.IsIncomplete)];
        Snapshot[] missing = [.. wanted.Where(snapshot => !copies.Has(snapshot)).OrderBy(snapshot => snapshot.Time)];
        _snapshotsTotal = missing.Length;
        await _source.LoadIndexAsync(cancellationToken).ConfigureAwait(false);
        await _destination.LoadIndexAsync(cancellationToken).ConfigureAwait(false);
        _visited = new BlobSet(_source.Index);
        if (missing.Length > 0)
        {
            using var stages = new StageGroup(cancellationToken);
            using var writer = new BlobWriter(_destination, stages, _options.DryRun);
            stages.Start(async token =>
            {
                await CopyAsync(missing, writer, token).ConfigureAwait(false);
                await writer.CompleteAsync(token).ConfigureAwait(false);
            });
            await stages.WhenAllAsync().ConfigureAwait(false);
        }

        return new CopySummary
        {
            Copied = _copied,
            AlreadyThere = wanted.Length - missing.Length,
            Unreadable = [.. selected.Damaged.Select(damaged => damaged.Id)],
            Blobs = _blobs,
            Bytes = _bytesTotal,
            PacksRead = _packsRead,
            IsDryRun = _options.DryRun,
            Elapsed = pulse.Elapsed,
        };
    }

    private async Task CopyAsync(Snapshot[] snapshots, BlobWriter writer, CancellationToken cancellationToken)
    {
        long batchBytes = PacksPerBatch * _destination.Options.PackSizeInBytes;
        int first = 0;
        while (first < snapshots.Length)
        {
            var wanted = new BlobSet(_source.Index);
            long begin = _bytesTotal;
            int end = first;
            while (end < snapshots.Length && _bytesTotal - begin < batchBytes)
            {
                await CollectAsync(snapshots[end++], wanted, cancellationToken).ConfigureAwait(false);
            }

            if (!_options.DryRun)
            {
                var copier = new BlobCopier(
                    _source, _destination, writer, length => Interlocked.Add(ref _bytesDone, length), () => Interlocked.Increment(ref _packsRead));
                await copier.CopyAsync(wanted, cancellationToken).ConfigureAwait(false);
                await writer.FlushAsync(cancellationToken).ConfigureAwait(false);
            }

            for (; first < end; first++)
            {
                await SaveAsync(snapshots[first], cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Finds out what a snapshot needs that is not here. Trees that others led to need not be followed again.</summary>
    private async Task CollectAsync(Snapshot snapshot, BlobSet wanted, CancellationToken cancellationToken)
    {
        var streamer = new TreeStreamer(_source.LoadTreeAsync, _source.Parallelism)
        {
            Claim = tree =>
            {
                bool isFirst = _visited.Add(BlobType.Tree, tree);
                if (isFirst)
                {
                    Want(BlobType.Tree, tree, wanted);
                }

                return isFirst;
            },
            Loaded = (_, nodes) =>
            {
                foreach (Node node in nodes)
                {
                    foreach (BlobId id in node.Type == NodeType.File ? node.Content ?? [] : [])
                    {
                        Want(BlobType.Data, id, wanted);
                    }
                }
            },
        };
        try
        {
            await streamer.VisitAsync([TreeVisit.Root(snapshot.Id, snapshot.Tree)], cancellationToken).ConfigureAwait(false);
        }
        catch (RepositoryDamagedException exception)
        {
            throw new RepositoryDamagedException(
                $"The snapshot {snapshot.Id.ToShortString()} of {_source.Backend.Location} is damaged, so it was not copied. {exception.Message} "
                    + "Repair it there, or choose other snapshots; what was copied before is complete.", exception);
        }
    }

    private void Want(BlobType type, BlobId id, BlobSet wanted)
    {
        if (_destination.Index.Contains(type, id))
        {
            return;
        }

        if (!_source.Index.TryFind(type, id, out PackedBlobLocation location))
        {
            throw new RepositoryDamagedException($"The {(type == BlobType.Tree ? "tree" : "data")} blob {id} is in no index there.");
        }

        if (wanted.Add(type, id))
        {
            Interlocked.Increment(ref _blobs);
            Interlocked.Add(ref _bytesTotal, location.Length);
        }
    }

    private async Task SaveAsync(Snapshot snapshot, CancellationToken cancellationToken)
    {
        _scope?.ThrowIfLost(); // what the copy needs may be gone again
        SnapshotId? copy = _options.DryRun ? null : await SaveFileAsync(snapshot, cancellationToken).ConfigureAwait(false);
        var copied = new CopiedSnapshot(snapshot, copy);
        _copied.Add(copied);
        _options.SnapshotDone?.Invoke(copied);
    }

    private async Task<SnapshotId> SaveFileAsync(Snapshot snapshot, CancellationToken cancellationToken)
    {
        if (_isReplica)
        {
            await SaveSameFileAsync(snapshot.Id, cancellationToken).ConfigureAwait(false);
            return snapshot.Id;
        }

        byte[] original = await _source.LoadUnpackedAsync(FileKind.Snapshot, snapshot.Id.Hash, cancellationToken).ConfigureAwait(false);
        Snapshot copy = snapshot with { Parent = null, Original = snapshot.Original ?? snapshot.Id };
        return new SnapshotId(await _destination.SaveUnpackedAsync(
            FileKind.Snapshot, SnapshotDocument.Encode(copy, original), cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Where both have the same master key the file itself is copied, and with it the id.</summary>
    private async Task SaveSameFileAsync(SnapshotId id, CancellationToken cancellationToken)
    {
        var file = new FileHandle(FileKind.Snapshot, id.Hash);
        byte[] content = await _source.Backend.LoadAsync(file, 64 * 1024 * 1024, cancellationToken).ConfigureAwait(false);
        if (Digest.Of(content) != id.Hash)
        {
            throw new RepositoryDamagedException($"The content of {file} of {_source.Backend.Location} does not match its name. Run a check there.");
        }

        try
        {
            await _destination.Backend.SaveAsync(file, content, cancellationToken).ConfigureAwait(false);
        }
        catch (BackendFileExistsException)
        {
            // Somebody else copied it meanwhile: the same name is the same content.
        }
    }

    private CopyProgress ReadProgress(TimeSpan elapsed) => new()
    {
        SnapshotsDone = _copied.Count,
        SnapshotsTotal = _snapshotsTotal,
        BytesDone = Interlocked.Read(ref _bytesDone),
        BytesTotal = Interlocked.Read(ref _bytesTotal),
        Elapsed = elapsed,
    };
}
