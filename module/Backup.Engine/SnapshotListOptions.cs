namespace Backup.Engine;

/// <summary>Which snapshots to list.</summary>
public sealed record SnapshotListOptions
{
    /// <summary>Ids, beginnings of ids, <c>latest</c>; empty: all that the filter chooses.</summary>
    public IReadOnlyList<string> Snapshots { get; init; } = [];

    /// <summary>Chooses among all snapshots, and those that <c>latest</c> is taken from.</summary>
    public SnapshotFilter Filter { get; init; } = new();

    /// <summary>How to group them.</summary>
    public SnapshotGrouping GroupBy { get; init; }

    /// <summary>
    /// Keep only so many of the newest in each group, or, where they are not grouped, of each host and set of paths;
    /// 0: all.
    /// </summary>
    public int Latest { get; init; }
}
