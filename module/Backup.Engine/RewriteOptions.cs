namespace Backup.Engine;

/// <summary>How to make snapshots anew: with less in them, or with another host or time.</summary>
public sealed record RewriteOptions
{
    /// <summary>Ids, beginnings of ids, <c>latest</c>; empty: all that the filter chooses.</summary>
    public IReadOnlyList<string> Snapshots { get; init; } = [];

    /// <summary>Chooses among all snapshots, or those that <c>latest</c> is taken from.</summary>
    public SnapshotFilter Filter { get; init; } = new();

    /// <summary>Patterns of what is left out, as for a backup; paths are those in the snapshot.</summary>
    public IReadOnlyList<string> Excludes { get; init; } = [];

    /// <summary>As <see cref="Excludes"/>, upper and lower case being equal.</summary>
    public IReadOnlyList<string> ExcludesIgnoreCase { get; init; } = [];

    /// <summary>
    /// Patterns of what alone is kept; they can't be combined with excludes. A snapshot in which nothing matches stays as
    /// it is.
    /// </summary>
    public IReadOnlyList<string> Includes { get; init; } = [];

    /// <summary>As <see cref="Includes"/>, upper and lower case being equal.</summary>
    public IReadOnlyList<string> IncludesIgnoreCase { get; init; } = [];

    /// <summary>Another host; null: as it is.</summary>
    public string? NewHostname { get; init; }

    /// <summary>Another time, with its offset; null: as it is.</summary>
    public DateTimeOffset? NewTime { get; init; }

    /// <summary>Count the files and bytes of snapshots that have no summary.</summary>
    public bool AddSummary { get; init; }

    /// <summary>Remove the old snapshots; else both are there, and the new ones have the tag <c>rewrite</c>.</summary>
    public bool Forget { get; init; }

    /// <summary>Only find out what would be changed.</summary>
    public bool DryRun { get; init; }

    /// <summary>Hears of each path that is left out, on one thread; of what several snapshots share possibly once only.</summary>
    public Action<string>? ItemExcluded { get; init; }

    /// <summary>Refuses what makes no sense.</summary>
    /// <exception cref="ArgumentException">The options contradict each other, or say nothing.</exception>
    internal void Validate()
    {
        Filter.RefuseWith(Snapshots);
        if (NewHostname is { Length: 0 })
        {
            throw new ArgumentException("The new host has no name.");
        }

        if (Excludes.Count + ExcludesIgnoreCase.Count + Includes.Count + IncludesIgnoreCase.Count == 0
            && NewHostname is null && NewTime is null && !AddSummary)
        {
            throw new ArgumentException("Nothing is to be excluded or included, no host or time is new, and no summary is wanted.");
        }
    }
}
