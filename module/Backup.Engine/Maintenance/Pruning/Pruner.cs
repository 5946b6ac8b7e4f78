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
        : LockScope.ChangeAsync(_repository, exclusive: true, scope => RunAsync(scope, scope.Token), cancellationToken);

    private async Task<PruneResult> RunAsync(LockScope? scope, CancellationToken cancellationToken)
    {
        using var pulse = new ProgressPulse<PruneProgress>(_progress, _repository.Time, ReadProgress);
        try
        {
            JudgedPacks plan = await PlanAsync(cancellationToken).ConfigureAwait(false);
            if (scope is not null)
            {
                await CarryOutAsync(plan, scope).ConfigureAwait(false);
            }

            return PruneCounter.Count(plan.Packs, plan.Unreferenced, _rules.CanCompress) with
            {
                IsDryRun = scope is null,
                IsComplete = _isComplete,
                Plan = scope is null ? PlanFile.Of(plan, _repository, _rules) : null,
                Elapsed = pulse.Elapsed,
            };
        }
        finally
        {
            _repository.ForgetIndex(); // it names what is gone, and does not know what is new
        }
    }

    private async Task<JudgedPacks> PlanAsync(CancellationToken cancellationToken)
    {
        // Snapshots before the index and the index before packs: so whatever something names was there when it was listed.
        SnapshotSelection snapshots = await new SnapshotSelector(_repository)
            .SelectAsync([], new SnapshotFilter(), cancellationToken).ConfigureAwait(false);
        IReadOnlyList<Snapshot> all = snapshots.RequireAll(); // what a snapshot needs that can't be read is not known
        _repository.ForgetIndex();
        await _repository.LoadIndexAsync(cancellationToken).ConfigureAwait(false);
        PackListing listing = await PackListing.ReadAsync(_repository, cancellationToken).ConfigureAwait(false);

        _used = new UsedBlobs(_repository);
        Begin(PrunePhase.Trees, _repository.Index.BlobCount(BlobType.Tree));
        await _used.AddAsync(all.Where(snapshot => !_options.WithoutSnapshots.Contains(snapshot.Id)), cancellationToken).ConfigureAwait(false);
        List<PackTally> packs = PackSurvey.Take(_repository.Index, _used.Set, listing.Sizes);
        var state = RepositoryState.Of(
            all.Select(snapshot => snapshot.Id),
            _repository.Index.IndexFiles,
            packs.Where(pack => pack.FileSize >= 0).Select(pack => pack.Id).Concat(listing.Unreferenced.Select(pack => pack.Pack)));
        var judged = new JudgedPacks(packs, listing.Unreferenced, _used.Set, state);
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

    private async Task CarryOutAsync(JudgedPacks plan, LockScope scope)
    {
        _remover = new FileRemover(_repository, scope);
        Begin(PrunePhase.Remove, plan.Unreferenced.Count);
        await _remover.RemoveAsync(plan.Unreferenced.Select(pack => new FileHandle(FileKind.Pack, pack.Pack.Hash))).ConfigureAwait(false);

        var covered = new BlobSet(_repository.Index);
        Cover(covered, plan.Packs.Where(pack => pack.Action == PackAction.Keep));
        List<PackTally> repack = [.. plan.Packs.Where(pack => pack.Action == PackAction.Repack)];
        if (repack.Count > 0)
        {
            _repacker = new Repacker(_repository, plan.Used, covered, _rules.MustCompress, IsOver);
            Begin(PrunePhase.Repack, repack.Count);
            await _repacker.RunAsync(repack, scope.Token).ConfigureAwait(false);
            Cover(covered, repack.Where(pack => pack.Action == PackAction.Keep)); // those for which there was no time
        }

        RefuseUnlessCovered(plan.Used, covered);
        List<PackTally> removed = [.. plan.Packs.Where(pack => pack.Action != PackAction.Keep)];
        if (removed.Count > 0)
        {
            await RewriteIndexAsync(removed, scope).ConfigureAwait(false);
            _remover = new FileRemover(_repository, scope);
            Begin(PrunePhase.Remove, removed.Count);
            await _remover.RemoveAsync(
                removed.Where(pack => pack.FileSize >= 0).Select(pack => new FileHandle(FileKind.Pack, pack.Id.Hash)), IsOver).ConfigureAwait(false);
        }
    }

    private async Task RewriteIndexAsync(List<PackTally> removed, LockScope scope)
    {
        var numbers = new BitArray(_repository.Index.PackNumbers);
        removed.ForEach(pack => numbers[pack.Number] = true);
        IReadOnlyList<Digest> files = [.. _repository.Index.IndexFiles];
        _rewriter = new IndexRewriter(_repository, numbers);
        Begin(PrunePhase.SaveIndex, files.Count);
        IReadOnlyList<Digest> obsolete = await _rewriter.SaveAsync(files, scope.Token).ConfigureAwait(false);

        // From here on nothing that is needed is named by an old file alone.
        await new FileRemover(_repository, scope)
            .RemoveAsync(obsolete.Select(file => new FileHandle(FileKind.Index, file))).ConfigureAwait(false);
    }

    private void Cover(BlobSet covered, IEnumerable<PackTally> packs)
    {
        foreach (PackTally pack in packs.Where(pack => pack.IsSound))
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
    private void RefuseUnlessCovered(BlobSet used, BlobSet covered)
    {
        foreach (int number in used.Numbers())
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
