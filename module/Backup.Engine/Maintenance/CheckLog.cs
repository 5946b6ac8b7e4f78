namespace Backup.Engine.Maintenance;

/// <summary>Collects what a check finds. Thread-safe.</summary>
/// <param name="found">Hears of each problem, one at a time.</param>
internal sealed class CheckLog(Action<CheckProblem>? found)
{
    private readonly Lock _gate = new();
    private readonly List<CheckProblem> _errors = [];
    private readonly List<CheckProblem> _hints = [];
    private readonly HashSet<CheckProblemKind> _kinds = [];
    private readonly HashSet<PackId> _damagedPacks = [];
    private readonly HashSet<PackId> _missingPacks = [];
    private readonly HashSet<PackId> _faultyPacks = [];
    private readonly HashSet<SnapshotId> _damagedSnapshots = [];
    private long _errorCount;
    private long _hintCount;

    /// <summary>Errors so far.</summary>
    public long Errors => Interlocked.Read(ref _errorCount);

    /// <summary>Whether a problem of this kind was found.</summary>
    public bool Has(CheckProblemKind kind)
    {
        lock (_gate)
        {
            return _kinds.Contains(kind);
        }
    }

    /// <summary>Takes a problem.</summary>
    public void Add(CheckProblem problem)
    {
        lock (_gate)
        {
            bool isError = problem.Severity == CheckSeverity.Error;
            ref long count = ref isError ? ref _errorCount : ref _hintCount;
            Interlocked.Increment(ref count);
            List<CheckProblem> list = isError ? _errors : _hints;
            if (list.Count < CheckReport.MaxProblems)
            {
                list.Add(problem);
            }

            _kinds.Add(problem.Kind);
            if (isError && problem.File is { Kind: FileKind.Pack } pack)
            {
                _damagedPacks.Add(new PackId(pack.Name));
                if (problem.Kind == CheckProblemKind.PackMissing)
                {
                    _missingPacks.Add(new PackId(pack.Name));
                }

                if (problem.Kind != CheckProblemKind.IndexContradictory)
                {
                    _faultyPacks.Add(new PackId(pack.Name));
                }
            }

            if (problem.Kind == CheckProblemKind.SnapshotUnreadable && problem.File is FileHandle snapshot)
            {
                _damagedSnapshots.Add(new SnapshotId(snapshot.Name));
            }

            found?.Invoke(problem);
        }
    }

    /// <summary>Puts what was found into a report.</summary>
    public CheckReport ReportOn(CheckReport report)
    {
        lock (_gate)
        {
            bool isIndexAtFault = _kinds.Contains(CheckProblemKind.IndexUnreadable)
                || _kinds.Contains(CheckProblemKind.PackIndexedTwice)
                || _kinds.Contains(CheckProblemKind.IndexContradictory)
                || _kinds.Contains(CheckProblemKind.PackMissing)
                || (_kinds.Contains(CheckProblemKind.PackNotIndexed)
                    && (_kinds.Contains(CheckProblemKind.TreeMissing) || _kinds.Contains(CheckProblemKind.BlobMissing)));
            return report with
            {
                Problems = [.. _errors.Concat(_hints).Take(CheckReport.MaxProblems)],
                Errors = _errorCount,
                Hints = _hintCount,
                DamagedPacks = [.. _damagedPacks.OrderBy(pack => pack.Hash)],
                DamagedSnapshots = [.. _damagedSnapshots.OrderBy(snapshot => snapshot.Hash)],
                PacksToRepair = [.. _faultyPacks.Except(_missingPacks).OrderBy(pack => pack.Hash)],
                SuggestsRepairIndex = isIndexAtFault,
                SuggestsRepairSnapshots = _damagedPacks.Count > 0 || _kinds.Contains(CheckProblemKind.SnapshotUnreadable)
                    || _kinds.Contains(CheckProblemKind.TreeMissing) || _kinds.Contains(CheckProblemKind.BlobMissing)
                    || _kinds.Contains(CheckProblemKind.NodeInvalid),
                SuggestsPrune = !isIndexAtFault
                    && (_kinds.Contains(CheckProblemKind.PackNotIndexed) || _kinds.Contains(CheckProblemKind.PackMixed)),
            };
        }
    }
}
