namespace Backup.Engine;

/// <summary>What to count in which snapshots.</summary>
public sealed record StatsOptions
{
    /// <summary>What is counted.</summary>
    public StatsMode Mode { get; init; }

    /// <summary>Ids, beginnings of ids, <c>latest</c>; empty: all that the filter chooses.</summary>
    public IReadOnlyList<string> Snapshots { get; init; } = [];

    /// <summary>Chooses among all snapshots, and those that <c>latest</c> is taken from.</summary>
    public SnapshotFilter Filter { get; init; } = new();
}
