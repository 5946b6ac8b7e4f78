namespace Backup.Engine;

/// <summary>How thoroughly to check.</summary>
public sealed record CheckOptions
{
    /// <summary>The packs to read completely; null: only sizes, indexes, snapshots and trees are checked.</summary>
    public PackSelection? ReadData { get; init; }

    /// <summary>Check only the trees of these snapshots (ids, beginnings of ids, <c>latest</c>), and the packs they need.</summary>
    public IReadOnlyList<string> Snapshots { get; init; } = [];

    /// <summary>Check only the trees of the snapshots that this chooses, and the packs they need.</summary>
    public SnapshotFilter Filter { get; init; } = new();

    /// <summary>Hears of each problem when it is found, in no order, one at a time.</summary>
    public Action<CheckProblem>? ProblemFound { get; init; }
}
