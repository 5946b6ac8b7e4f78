using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Backup.Engine.Chunking;
using Backup.Engine.Concurrency;
using Backup.Engine.Repositories;
using Backup.Engine.Snapshots;

namespace Backup.Engine.Archiving;

/// <summary>
/// Makes a snapshot: one thread walks the source, one compares with the parent and builds directories, workers read
/// files and save blobs, uploaders store packs. It goes to one repository or to several; see <see cref="BackupTargets"/>.
/// </summary>
/// <remarks>
/// Crash safety is the order: packs, then the index, then the snapshot. Whatever a stored file names is there before
/// it. A backup that dies leaves unused packs, and the last snapshot of what it had (see <see cref="Checkpoint"/>).
/// </remarks>
internal sealed class SnapshotArchiver
{
    /// <summary>How long a cancelled backup may take to store what it has.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    /// <summary>File systems record times as coarsely as this.</summary>
    private static readonly TimeSpan CoarsestFileTime = TimeSpan.FromSeconds(2);

    private readonly IReadOnlyList<OpenedRepository> _repositories;
    private readonly BackupOptions _options;
    private readonly IProgress<BackupProgress>? _progress;
    private readonly TimeProvider _time;
    private readonly BackupCounters _counters = new();
    private readonly QuietPeriod _quiet;
    private readonly string _hostname;

    /// <summary>A backup of a source to one or several repositories.</summary>
    public SnapshotArchiver(IReadOnlyList<OpenedRepository> repositories, BackupOptions options, IProgress<BackupProgress>? progress)
    {
        ArgumentOutOfRangeException.ThrowIfZero(repositories.Count);
        _repositories = repositories;
        _options = options;
        _progress = progress;
        _time = repositories[0].Time;
        _quiet = new QuietPeriod(options.Method == BackupMethod.Online || options.DryRun ? null : options.Quiesce, _time);
        _hostname = options.Hostname is { Length: > 0 } hostname ? hostname : LockIdentity.Current().Hostname;
    }

    /// <summary>Runs a backup to one repository, whose failure is thrown.</summary>
    public static async Task<BackupSummary> RunOneAsync(
        OpenedRepository repository, BackupOptions options, IProgress<BackupProgress>? progress, CancellationToken cancellationToken)
    {
        var archiver = new SnapshotArchiver([repository], options, progress);
        BackupTargetResult result = (await archiver.RunAsync(cancellationToken).ConfigureAwait(false))[0];
        if (result.Summary is null)
        {
            ExceptionDispatchInfo.Throw(result.Error ?? throw new InvalidOperationException("A backup ended without a result."));
        }

        return result.Summary;
    }

    /// <summary>Runs the backup.</summary>
    /// <returns>What became of each repository, in their order. Only what fails the backup in all of them alike is thrown.</returns>
    /// <exception cref="MemoryLimitException">There is too little memory.</exception>
    public async Task<IReadOnlyList<BackupTargetResult>> RunAsync(CancellationToken cancellationToken)
    {
        _options.Validate();
        RefuseMixture();
        var budget = MemoryBudget.For(_repositories, Math.Max(Math.Max(2, _options.ReadConcurrency), Environment.ProcessorCount));
        var targets = new BackupTargets(_repositories, _options.DryRun);
        await using (targets.ConfigureAwait(false))
        {
            var summaries = new ConcurrentDictionary<BackupTarget, BackupSummary>();
            try
            {
                await RunAsync(targets, budget, summaries, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is not QuiesceException)
            {
                await _quiet.EndAsync().ConfigureAwait(false); // it must not hold still for a backup that has failed
                _quiet.ThrowIfNotResumed(null, exception);
                if (!targets.HaveAllFailed || cancellationToken.IsCancellationRequested)
                {
                    throw;
                }
            }

            _quiet.ThrowIfNotResumed(summaries.Values.FirstOrDefault()?.Snapshot);
            return targets.ResultsOf(summaries);
        }
    }

    /// <summary>Refuses repositories that can't have the same blobs and trees.</summary>
    private void RefuseMixture()
    {
        RepositoryConfig first = _repositories[0].Config;
        foreach (OpenedRepository other in _repositories.Skip(1))
        {
            if (other.Config.ChunkerPolynomial != first.ChunkerPolynomial)
            {
                throw new ArgumentException(
                    $"The repositories {_repositories[0].Backend.Location} and {other.Backend.Location} cut files at different places, so one backup can't "
                        + $"go to both. Make backups to each by itself, or create one of them anew like the other, with {Remedy.CreateAlike}.");
            }
        }

        if (_repositories.DistinctBy(repository => repository.Config.Id).Count() < _repositories.Count)
        {
            throw new ArgumentException("The same repository is named twice. Name each once.");
        }

        if (_repositories.Count > 1 && _options.Parent is not null)
        {
            throw new ArgumentException("A parent is a snapshot of one repository; with several, each has its own. Leave the parent out.");
        }
    }

    private async Task RunAsync(
        BackupTargets targets,
        MemoryBudget budget,
        ConcurrentDictionary<BackupTarget, BackupSummary> summaries,
        CancellationToken cancellationToken)
    {
        long started = _time.GetTimestamp();
        DateTimeOffset start = _time.GetLocalNow();
        Timestamp time = Timestamp.From(_options.Time ?? start);
        await targets.ForEachAsync(target => target.BeginAsync(_options, _hostname, time, cancellationToken)).ConfigureAwait(false);

        using var abort = CancellationTokenSource.CreateLinkedTokenSource(targets.AllFailedToken);
        await using var ending = cancellationToken.Register(() => abort.CancelAfter(Grace)).ConfigureAwait(false);
        using var stages = new StageGroup(abort.Token);
        targets.Start(budget, stages.Token);
        int workers = budget.Workers;
        using var queue = new WorkQueue(maxChunks: workers > 1 ? workers : 0); // a lone worker reads: nobody would take chunks
        var files = new FileArchiver(
            _options.Source, new ChunkerPolynomial(_repositories[0].Config.ChunkerPolynomial), targets, queue, _counters, cancellationToken);
        var parents = new ParentSnapshots(targets.All.Select(target => target.Earlier), targets.LoadNodesAsync, Skip);
        var checkpoint = new Checkpoint(targets, _time, NewSnapshot(time), _options);
        TreeBuilder NewBuilder(BackupOptions how, FirstPass? firstPass) =>
            new(how, parents, files, targets, queue, checkpoint, _counters, firstPass);

        var totals = new SourceTotals();
        BlobId tree = default;

        stages.Start(async token =>
        {
            tree = await ReadSourceAsync(NewBuilder, targets, cancellationToken, token).ConfigureAwait(false);
            await targets.CompleteAsync(token).ConfigureAwait(false);
            queue.Complete(workers);
            totals.Stop();
        });
        for (int i = 0; i < workers; i++)
        {
            stages.Start(queue.WorkAsync);
        }

        if (_options.CountAhead)
        {
            stages.Start(token => totals.CountAsync(_options.Source, token));
        }

        using (var reporter = new BackupReporter(_progress, _counters, files, totals, _time, started))
        {
            await stages.WhenAllAsync().ConfigureAwait(false);
        }

        SnapshotSummary counts = _counters.ToSummary(start, _time.GetLocalNow());
        IReadOnlyList<SkippedEntry> skipped = _counters.TakeSkipped();
        await targets.ForEachAsync(target => target.TryAsync(
            async () =>
            {
                target.ThrowIfLost();
                Snapshot snapshot = NewSnapshot(time) with { Tree = tree, Summary = target.Counted(counts) };
                BackupSummary summary = await SaveAsync(target, snapshot, cancellationToken).ConfigureAwait(false);
                summaries[target] = summary with { Skipped = skipped, Elapsed = _time.GetElapsedTime(started) };
            },
            cancellationToken)).ConfigureAwait(false);
    }

    /// <summary>Reads the source by the method that was asked for.</summary>
    /// <returns>The root tree.</returns>
    private async Task<BlobId> ReadSourceAsync(
        Func<BackupOptions, FirstPass?, TreeBuilder> newBuilder, BackupTargets targets, CancellationToken stop, CancellationToken cancellationToken)
    {
        FirstPass? firstPass = null;
        if (_options.Method == BackupMethod.Hybrid && !_options.DryRun)
        {
            Timestamp doubtful = Timestamp.From(_time.GetUtcNow() - CoarsestFileTime);
            TreeBuilder online = newBuilder(_options with { ItemDone = null }, null);
            await online.RunAsync(stop, cancellationToken).ConfigureAwait(false);
            await targets.FlushAsync(cancellationToken).ConfigureAwait(false); // now its trees can be loaded
            firstPass = new FirstPass(online.RootTree, doubtful);
            _counters.BeginSecondPass();
        }

        using (var any = CancellationTokenSource.CreateLinkedTokenSource(stop, cancellationToken))
        {
            await _quiet.BeginAsync(any.Token).ConfigureAwait(false);
        }

        TreeBuilder builder = newBuilder(_options, firstPass);
        await builder.RunAsync(stop, cancellationToken).ConfigureAwait(false);
        await _quiet.EndAsync().ConfigureAwait(false); // everything has been read: what is left to be stored is in memory
        return builder.RootTree;
    }

    /// <summary>Saves the snapshot: from here on the backup exists.</summary>
    private async Task<BackupSummary> SaveAsync(BackupTarget target, Snapshot complete, CancellationToken cancellationToken)
    {
        Snapshot? parent = target.Earlier.Parent;
        Snapshot snapshot = complete with { Parent = parent?.Id };
        bool isSaved = !_options.DryRun && !(_options.SkipIfUnchanged && parent?.Tree == snapshot.Tree);
        if (isSaved)
        {
            Digest name = await target.Repository.SaveUnpackedAsync(
                FileKind.Snapshot, SnapshotDocument.Encode(snapshot), cancellationToken).ConfigureAwait(false);
            snapshot = snapshot with { Id = new SnapshotId(name) };
        }

        if (!_options.DryRun)
        {
            await Checkpoint.RemoveAsync(target, cancellationToken).ConfigureAwait(false);
        }

        return new BackupSummary
        {
            Snapshot = isSaved ? snapshot : null,
            Parent = parent?.Id,
            Tree = snapshot.Tree,
            Counts = snapshot.Summary ?? throw new InvalidOperationException("A snapshot is saved without its counts."),
            IsDryRun = _options.DryRun,
            Downtime = _quiet.Length,
        };
    }

    private Snapshot NewSnapshot(Timestamp time)
    {
        LockIdentity identity = LockIdentity.Current();
        return new Snapshot
        {
            Time = time,
            Tree = default,
            Paths = _options.Source.Paths,
            Hostname = _hostname,
            Username = identity.Username,
            Uid = identity.Uid,
            Gid = identity.Gid,
            Excludes = _options.Source.Excludes,
            Tags = _options.Tags,
            ProgramVersion = _options.ProgramVersion,
        };
    }

    private void Skip(SkippedEntry entry)
    {
        _counters.Skipped(entry);
        _options.ItemDone?.Invoke(new BackupItemReport(
            entry.Path, BackupItemAction.Skipped, null, 0, 0, 0, $"{entry.Reason}: {entry.Message}"));
    }
}
