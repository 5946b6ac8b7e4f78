using System.Collections;
using Backup.Engine.Concurrency;
using Backup.Engine.Packs;
using Backup.Engine.Repositories;

namespace Backup.Engine.Maintenance.Pruning;

/// <summary>Removes what no snapshot needs. See README.md for the order of the steps, which is what makes it safe.</summary>
internal sealed class Pruner
{
    private readonly OpenedRepository _repository;
    private readonly PruneOptions _options;
    private readonly IProgress<PruneProgress>? _progress;
    private readonly PruneRules _rules;
    private readonly long _started;
    private PrunePhase _phase;
    private bool _isComplete = true;
    private UsedBlobs? _used;
    private Repacker? _repacker;
    private IndexRewriter? _rewriter;
    private FileRemover? _remover;
    private long _total;

    /// <summary>A run.</summary>
    public Pruner(OpenedRepository repository, PruneOptions options, IProgress<PruneProgress>? progress)
    {
        options.Validate(repository.Options, repository.Config.Version);
        _repository = repository;
        _options = options;
        _progress = progress;
        _rules = PruneRules.Of(options, repository);
        _started = repository.Time.GetTimestamp();
    }

    /// <summary>Prunes.</summary>
    public Task<PruneResult> RunAsync(CancellationToken cancellationToken) => _options.DryRun
        ? LockScope.ReadAsync(_repository, token => RunAsync(null, token), cancellationToken)
        : LockScope.ChangeAsync(_repository, _options.TwoPhase ? LockKind.Pruning : LockKind.Exclusive, scope => RunAsync(scope, scope.Token), cancellationToken);

    private async Task<PruneResult> RunAsync(LockScope? scope, CancellationToken cancellationToken)
    {
        using var pulse = new ProgressPulse<PruneProgress>(_progress, _repository.Time, ReadProgress);
        try
        {
            JudgedPacks plan = await PlanAsync(scope, cancellationToken).ConfigureAwait(false);
            var marks = new PruneMarks();
            if (scope is not null && _options.TwoPhase)
            {
                marks = await CarryOutInTwoPhasesAsync(plan, scope).ConfigureAwait(false);
            }
            else if (scope is not null)
            {
                await CarryOutAsync(plan, scope).ConfigureAwait(false);
            }

            return CountUp(plan) with
            {
                IsDryRun = scope is null,
                IsComplete = _isComplete,
                Marks = marks,
                Plan = scope is null ? PlanFile.Of(plan, _repository, _rules) : null,
                Elapsed = pulse.Elapsed,
            };
        }
        finally
        {
            _repository.ForgetIndex(); // it names what is gone, and does not know what is new
        }
    }

    private async Task<JudgedPacks> PlanAsync(LockScope? scope, CancellationToken cancellationToken)
    {
        // Locks before snapshots, these before the index, and that before packs: whatever something names was there when
        // it was listed, and whoever has no lock any more has saved all snapshots that he will.
        IReadOnlyList<LockFile> others = scope is not null && _options.TwoPhase ? await scope.ListOthersAsync().ConfigureAwait(false) : [];
        IReadOnlyList<Snapshot> snapshots = await ListSnapshotsAsync(cancellationToken).ConfigureAwait(false);
        _repository.ForgetIndex();
        await _repository.LoadIndexAsync(cancellationToken).ConfigureAwait(false);
        IReadOnlyList<Digest> indexFiles = [.. _repository.Index.IndexFiles];
        WarnOfLeftovers(others);
        PackMarks marks = await PackMarks.LoadAsync(_repository, others, _repository.Time.GetUtcNow() - _options.Grace, cancellationToken).ConfigureAwait(false);
        PackListing listing = await PackListing.ReadAsync(_repository, cancellationToken).ConfigureAwait(false);

        _used = new UsedBlobs(_repository);
        Begin(PrunePhase.Trees, _repository.Index.BlobCount(BlobType.Tree));
        await _used.AddAsync(snapshots.Where(snapshot => !_options.WithoutSnapshots.Contains(snapshot.Id)), cancellationToken).ConfigureAwait(false);
        List<PackTally> packs = PackSurvey.Take(_repository.Index, _used.Set, listing.Sizes, marks.IsLive);
        var judged = new JudgedPacks(packs, listing.Unreferenced, snapshots, indexFiles, marks);
        if (_options.Plan is { } plan)
        {
            PlanFile.Apply(plan, judged, _repository);
        }
        else
        {
            PackJudge.Judge(packs, _rules);
        }

        return judged;
    }

    /// <summary>Tells of locks that keep what is marked from being removed though nobody may be behind them.</summary>
    private void WarnOfLeftovers(IReadOnlyList<LockFile> others)
    {
        DateTimeOffset now = _repository.Time.GetUtcNow();
        if (_repository.Index.Marks.Count > 0 && others.FirstOrDefault(file => file.IsStale(LockIdentity.ForLocks(), now)) is { } left)
        {
            _repository.Options.Warn?.Invoke(
                $"What is marked may not be removed while there are locks of those who were at work. {left.Conflict(_repository.Backend.Location, LockIdentity.ForLocks(), now).Message}");
        }
    }

    private async Task<IReadOnlyList<Snapshot>> ListSnapshotsAsync(CancellationToken cancellationToken)
    {
        SnapshotSelection snapshots = await new SnapshotSelector(_repository)
            .SelectAsync([], new SnapshotFilter(), cancellationToken).ConfigureAwait(false);
        return snapshots.RequireAll(); // what a snapshot needs that can't be read is not known
    }

    private PruneResult CountUp(JudgedPacks plan) => _options.TwoPhase
        ? PruneCounter.Count([.. plan.Packs.Where(pack => !pack.IsMarked)], Unmarked(plan), _rules.CanCompress)
        : PruneCounter.Count(plan.Packs, plan.Unreferenced, _rules.CanCompress);

    private static List<(PackId Pack, long Size)> Unmarked(JudgedPacks plan) =>
        [.. plan.Unreferenced.Where(pack => !plan.Marks.IsLive(pack.Pack))];

    private async Task CarryOutAsync(JudgedPacks plan, LockScope scope)
    {
        _remover = new FileRemover(_repository, scope);
        Begin(PrunePhase.Remove, plan.Unreferenced.Count);
        await _remover.RemoveAsync(plan.Unreferenced.Select(pack => new FileHandle(FileKind.Pack, pack.Pack.Hash))).ConfigureAwait(false);

        BlobSet covered = await RepackAsync(plan, scope).ConfigureAwait(false);
        RefuseUnlessCovered(covered);
        List<PackTally> removed = [.. plan.Packs.Where(pack => pack.Action != PackAction.Keep)];
        if (removed.Count > 0 || plan.Marks.Files.Any() || plan.Packs.Any(pack => pack.IsReinstated))
        {
            await RewriteIndexAsync(plan, plan.IndexFiles, removed, scope).ConfigureAwait(false);
        }

        _remover = new FileRemover(_repository, scope);
        Begin(PrunePhase.Remove, removed.Count);
        await _remover.RemoveAsync(
            removed.Where(pack => pack.FileSize >= 0).Select(pack => new FileHandle(FileKind.Pack, pack.Id.Hash)), IsOver).ConfigureAwait(false);
    }

    private async Task<PruneMarks> CarryOutInTwoPhasesAsync(JudgedPacks plan, LockScope scope)
    {
        var marker = new PackMarker(_repository, scope, plan.Marks);
        List<(PackId Pack, long Size)> unmarked = Unmarked(plan);
        (long sweptPacks, long sweptBytes) = await marker.SweepAsync(plan.Packs, plan.Unreferenced).ConfigureAwait(false);
        BlobSet covered = await RepackAsync(plan, scope).ConfigureAwait(false);
        await CatchUpAsync(plan, covered, scope.Token).ConfigureAwait(false);
        RefuseUnlessCovered(covered);

        List<PackTally> leaving = [.. plan.Packs.Where(pack => pack.Action != PackAction.Keep && !pack.IsMarked)];
        bool changesIndex = leaving.Count > 0 || plan.Packs.Any(pack => pack.IsReinstated);
        if (changesIndex || unmarked.Count > 0)
        {
            await marker.MarkAsync(
                leaving.Where(pack => pack.FileSize >= 0).Select(pack => (pack.Id, _repository.Index.PackAt(pack.Number).Blobs))
                    .Concat(unmarked.Select(pack => (pack.Pack, (IReadOnlyList<PackedBlob>)[]))),
                () => changesIndex
                    ? RewriteIndexAsync(plan, [.. plan.IndexFiles.Except(plan.Marks.Files)], leaving, scope)
                    : Task.CompletedTask).ConfigureAwait(false);
        }

        await marker.DropMarksAsync().ConfigureAwait(false);

        List<long> waiting =
        [
            .. plan.Packs.Where(pack => pack.Action != PackAction.Keep && pack.FileSize >= 0 && !plan.Marks.IsDue(pack.Id)).Select(pack => pack.FileSize),
            .. plan.Unreferenced.Where(pack => !plan.Marks.IsDue(pack.Pack)).Select(pack => pack.Size),
        ];
        return new PruneMarks
        {
            RemovedPacks = sweptPacks,
            RemovedBytes = sweptBytes,
            WaitingPacks = waiting.Count,
            WaitingBytes = waiting.Sum(),
            ReinstatedPacks = plan.Packs.Count(pack => pack.IsReinstated),
        };
    }

    /// <summary>Writes packs anew.</summary>
    /// <returns>What is in packs that stay, or was written.</returns>
    private async Task<BlobSet> RepackAsync(JudgedPacks plan, LockScope scope)
    {
        var covered = new BlobSet(_repository.Index);
        Cover(covered, plan.Packs.Where(pack => pack.Action == PackAction.Keep));
        List<PackTally> repack = [.. plan.Packs.Where(pack => pack.Action == PackAction.Repack)];
        if (repack.Count > 0)
        {
            _repacker = new Repacker(_repository, Used, covered, _rules.MustCompress, IsOver);
            Begin(PrunePhase.Repack, repack.Count);
            await _repacker.RunAsync(repack, scope.Token).ConfigureAwait(false);
            Cover(covered, repack.Where(pack => pack.Action == PackAction.Keep)); // those for which there was no time
        }

        return covered;
    }

    /// <summary>Takes in what others have backed up meanwhile: what that needs stays in the index, or comes back into it.</summary>
    private async Task CatchUpAsync(JudgedPacks plan, BlobSet covered, CancellationToken cancellationToken)
    {
        HashSet<SnapshotId> known = [.. plan.Snapshots.Select(snapshot => snapshot.Id)];
        List<Snapshot> added = [.. (await ListSnapshotsAsync(cancellationToken).ConfigureAwait(false)).Where(snapshot => !known.Contains(snapshot.Id))];
        if (added.Count == 0 || _used is null)
        {
            return;
        }

        var index = _repository.Index;
        await _repository.LoadIndexAsync(cancellationToken).ConfigureAwait(false);
        if (_repository.Index != index)
        {
            throw new RepositoryLockedException(
                $"Somebody else prunes the repository {_repository.Backend.Location} at the same time. Nothing that is needed was removed; run it again.");
        }

        // What a pack that is marked or gone holds may have been stored again meanwhile.
        HashSet<int> planned = [.. plan.Packs.Select(pack => pack.Number)];
        foreach (PackedBlob blob in index.Packs().Where(pack => !planned.Contains(pack.Number)).SelectMany(pack => pack.Blobs))
        {
            covered.Add(blob.Type, blob.Id);
        }

        await _used.AddAsync(added, cancellationToken).ConfigureAwait(false);
        foreach (PackTally pack in plan.Packs.Where(pack => pack.Action != PackAction.Keep && pack.IsSound && !plan.Marks.IsDue(pack.Id)))
        {
            if (index.PackAt(pack.Number).Blobs.Any(blob =>
                index.IndexOf(blob.Type, blob.Id) is int number && Used.Contains(number) && !covered.Contains(number)))
            {
                pack.Action = PackAction.Keep;
                (pack.IsReinstated, pack.IsMarked) = (pack.IsReinstated || pack.IsMarked, false);
                Cover(covered, [pack]);
            }
        }
    }

    private BlobSet Used => _used?.Set ?? throw new InvalidOperationException("Nobody has looked yet for what snapshots need.");

    private async Task RewriteIndexAsync(JudgedPacks plan, IReadOnlyList<Digest> files, List<PackTally> removed, LockScope scope)
    {
        var numbers = new BitArray(_repository.Index.PackNumbers);
        removed.ForEach(pack => numbers[pack.Number] = true);
        _rewriter = new IndexRewriter(
            _repository, numbers, plan.Packs.Where(pack => pack is { IsReinstated: true, Action: PackAction.Keep }), keepsMarks: _options.TwoPhase);
        Begin(PrunePhase.SaveIndex, files.Count);
        IReadOnlyList<Digest> obsolete = await _rewriter.SaveAsync(files, scope.Token).ConfigureAwait(false);

        // From here on nothing that is needed is named by an old file alone.
        await new FileRemover(_repository, scope)
            .RemoveAsync(obsolete.Select(file => new FileHandle(FileKind.Index, file))).ConfigureAwait(false);
    }

    private void Cover(BlobSet covered, IEnumerable<PackTally> packs)
    {
        foreach (PackTally pack in packs.Where(pack => pack.IsReliable))
        {
            foreach (PackedBlob blob in _repository.Index.PackAt(pack.Number).Blobs)
            {
                covered.Add(blob.Type, blob.Id);
            }
        }
    }

    /// <summary>Whether the time is up. What is begun is finished all the same.</summary>
    private bool IsOver()
    {
        bool isOver = _options.MaxDuration is { } limit && _repository.Time.GetElapsedTime(_started) >= limit;
        _isComplete &= !isOver;
        return isOver;
    }

    /// <summary>Whatever went wrong before: nothing is removed unless all that is needed stays.</summary>
    private void RefuseUnlessCovered(BlobSet covered)
    {
        foreach (int number in Used.Numbers())
        {
            if (!covered.Contains(number))
            {
                throw new InvalidOperationException(
                    $"The blob {_repository.Index.BlobAt(number).Id} is needed, but would not be in any pack. Nothing that is needed was removed.");
            }
        }
    }

    private void Begin(PrunePhase phase, long total)
    {
        Interlocked.Exchange(ref _total, total);
        _phase = phase;
    }

    private PruneProgress ReadProgress(TimeSpan elapsed)
    {
        PrunePhase phase = _phase;
        return new PruneProgress
        {
            Phase = phase,
            Done = phase switch
            {
                PrunePhase.Trees => _used?.TreesDone,
                PrunePhase.Repack => _repacker?.PacksDone,
                PrunePhase.SaveIndex => _rewriter?.FilesDone,
                PrunePhase.Remove => _remover?.Done,
                _ => 0,
            } ?? 0,
            Total = Interlocked.Read(ref _total),
            Elapsed = elapsed,
        };
    }
}
