using Backup.Engine.Chunking;
using Backup.Engine.Concurrency;
using Backup.Engine.Repositories;
using Backup.Engine.Snapshots;

namespace Backup.Engine.Archiving;

/// <summary>
/// Makes a snapshot: one thread walks the source, one compares with the parent and builds directories, workers read
/// files and save blobs, uploaders store packs.
/// </summary>
/// <remarks>
/// Crash safety is the order: packs, then the index, then the snapshot. Whatever a stored file names is there before
/// it. A backup that dies leaves unused packs, and the last snapshot of what it had (see <see cref="Checkpoint"/>).
/// </remarks>
internal sealed class SnapshotArchiver(
    OpenedRepository repository, BackupOptions options, IProgress<BackupProgress>? progress)
{
    /// <summary>How long a cancelled backup may take to store what it has.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    /// <summary>File systems record times as coarsely as this.</summary>
    private static readonly TimeSpan CoarsestFileTime = TimeSpan.FromSeconds(2);

    private readonly TimeProvider _time = repository.Time;
    private readonly BackupCounters _counters = new();
    private readonly QuietPeriod _quiet = new(
        options.Method == BackupMethod.Online || options.DryRun ? null : options.Quiesce, repository.Time);
    private readonly string _hostname = options.Hostname ?? LockIdentity.Current().Hostname;

    /// <summary>Runs the backup.</summary>
    public async Task<BackupSummary> RunAsync(CancellationToken cancellationToken)
    {
        options.Validate();
        long started = _time.GetTimestamp();
        DateTimeOffset start = _time.GetLocalNow();
        RepositoryLock repositoryLock = options.DryRun
            ? RepositoryLock.None
            : await repository.LockAsync(exclusive: false, cancellationToken).ConfigureAwait(false);
        await using (repositoryLock.ConfigureAwait(false))
        {
            using var lost = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, repositoryLock.LostToken);
            BackupSummary summary;
            try
            {
                summary = await RunLockedAsync(repositoryLock, start, started, lost.Token).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is not QuiesceException)
            {
                await _quiet.EndAsync().ConfigureAwait(false); // it must not hold still for a backup that has failed
                _quiet.ThrowIfNotResumed(null, exception);
                if (exception is OperationCanceledException && repositoryLock.LostToken.IsCancellationRequested)
                {
                    throw repositoryLock.Lost();
                }

                throw;
            }

            _quiet.ThrowIfNotResumed(summary.Snapshot);
            return summary;
        }
    }

    private async Task<BackupSummary> RunLockedAsync(
        RepositoryLock repositoryLock, DateTimeOffset start, long started, CancellationToken cancellationToken)
    {
        Timestamp time = Timestamp.From(options.Time ?? start);
        ParentSnapshots parents = await ParentSnapshots.FindAsync(
            repository, options, _hostname, time, Skip, cancellationToken).ConfigureAwait(false);
        await repository.LoadIndexAsync(cancellationToken).ConfigureAwait(false);

        using var abort = new CancellationTokenSource();
        await using var ending = cancellationToken.Register(() => abort.CancelAfter(Grace)).ConfigureAwait(false);
        using var stages = new StageGroup(abort.Token);
        using var writer = new BlobWriter(repository, stages, options.DryRun);
        int workers = WorkerCount();
        using var queue = new WorkQueue(maxChunks: workers);
        var files = new FileArchiver(
            options.Source, new ChunkerPolynomial(repository.Config.ChunkerPolynomial), writer, queue, _counters, cancellationToken);
        var checkpoint = new Checkpoint(repository, writer, parents, NewSnapshot(time), options);
        TreeBuilder NewBuilder(BackupOptions how, FirstPass? firstPass) =>
            new(how, parents, files, writer, queue, checkpoint, _counters, firstPass);

        var totals = new SourceTotals();
        BlobId tree = default;

        stages.Start(async token =>
        {
            tree = await ReadSourceAsync(NewBuilder, writer, cancellationToken, token).ConfigureAwait(false);
            await writer.CompleteAsync(token).ConfigureAwait(false);
            queue.Complete(workers);
            totals.Stop();
        });
        for (int i = 0; i < workers; i++)
        {
            stages.Start(queue.WorkAsync);
        }

        if (options.CountAhead)
        {
            stages.Start(token => totals.CountAsync(options.Source, token));
        }

        using (var reporter = new BackupReporter(progress, _counters, files, totals, _time, started))
        {
            await stages.WhenAllAsync().ConfigureAwait(false);
        }

        repositoryLock.ThrowIfLost();
        return await SaveAsync(parents, checkpoint, tree, NewSnapshot(time), start, started, cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Reads the source by the method that was asked for.</summary>
    /// <returns>The root tree.</returns>
    private async Task<BlobId> ReadSourceAsync(
        Func<BackupOptions, FirstPass?, TreeBuilder> newBuilder, BlobWriter writer, CancellationToken stop, CancellationToken cancellationToken)
    {
        FirstPass? firstPass = null;
        if (options.Method == BackupMethod.Hybrid && !options.DryRun)
        {
            Timestamp doubtful = Timestamp.From(_time.GetUtcNow() - CoarsestFileTime);
            TreeBuilder online = newBuilder(options with { ItemDone = null }, null);
            await online.RunAsync(stop, cancellationToken).ConfigureAwait(false);
            await writer.FlushAsync(cancellationToken).ConfigureAwait(false); // now its trees can be loaded
            firstPass = new FirstPass(online.RootTree, doubtful);
            _counters.BeginSecondPass();
        }

        using (var any = CancellationTokenSource.CreateLinkedTokenSource(stop, cancellationToken))
        {
            await _quiet.BeginAsync(any.Token).ConfigureAwait(false);
        }

        TreeBuilder builder = newBuilder(options, firstPass);
        await builder.RunAsync(stop, cancellationToken).ConfigureAwait(false);
        await _quiet.EndAsync().ConfigureAwait(false); // everything has been read: what is left to be stored is in memory
        return builder.RootTree;
    }

    /// <summary>Saves the snapshot: from here on the backup exists.</summary>
    private async Task<BackupSummary> SaveAsync(
        ParentSnapshots parents,
        Checkpoint checkpoint,
        BlobId tree,
        Snapshot template,
        DateTimeOffset start,
        long started,
        CancellationToken cancellationToken)
    {
        SnapshotSummary counts = _counters.ToSummary(start, _time.GetLocalNow());
        Snapshot snapshot = template with { Tree = tree, Parent = parents.Parent?.Id, Summary = counts };
        bool isSaved = !options.DryRun && !(options.SkipIfUnchanged && parents.Parent?.Tree == tree);
        if (isSaved)
        {
            Digest name = await repository.SaveUnpackedAsync(
                FileKind.Snapshot, SnapshotDocument.Encode(snapshot), cancellationToken).ConfigureAwait(false);
            snapshot = snapshot with { Id = new SnapshotId(name) };
        }

        if (!options.DryRun)
        {
            await checkpoint.RemoveAsync(cancellationToken).ConfigureAwait(false);
        }

        return new BackupSummary
        {
            Snapshot = isSaved ? snapshot : null,
            Parent = parents.Parent?.Id,
            Tree = tree,
            Counts = counts,
            Skipped = _counters.TakeSkipped(),
            IsDryRun = options.DryRun,
            Downtime = _quiet.Length,
            Elapsed = _time.GetElapsedTime(started),
        };
    }

    private Snapshot NewSnapshot(Timestamp time)
    {
        LockIdentity identity = LockIdentity.Current();
        return new Snapshot
        {
            Time = time,
            Tree = default,
            Paths = options.Source.Paths,
            Hostname = _hostname,
            Username = identity.Username,
            Uid = identity.Uid,
            Gid = identity.Gid,
            Excludes = options.Source.Excludes,
            Tags = options.Tags,
            ProgramVersion = options.ProgramVersion,
        };
    }

    private void Skip(SkippedEntry entry)
    {
        _counters.Skipped(entry);
        options.ItemDone?.Invoke(new BackupItemReport(
            entry.Path, BackupItemAction.Skipped, null, 0, 0, 0, $"{entry.Reason}: {entry.Message}"));
    }

    /// <summary>
    /// One worker for each processor, fewer where memory is short. Each costs up to three chunks of 8 MiB: one that
    /// it fills, one that waits, one that is saved; the packs in the making come on top.
    /// </summary>
    private int WorkerCount()
    {
        const long ChunksPerWorker = 3L * Chunker.MaxLength;
        long limit = repository.Options.MemoryLimitInBytes ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2;
        long packs = (4L + 1 + repository.Backend.Connections) * (repository.Options.PackSizeInBytes + Chunker.MaxLength);
        return (int)Math.Clamp((limit - packs) / ChunksPerWorker, 1, Math.Max(Math.Max(2, options.ReadConcurrency), Environment.ProcessorCount));
    }
}
