namespace Backup.Engine;

/// <summary>Which tags to change, of which snapshots.</summary>
public sealed record TagOptions
{
    /// <summary>Ids, beginnings of ids, <c>latest</c>; empty: all that the filter chooses.</summary>
    public IReadOnlyList<string> Snapshots { get; init; } = [];

    /// <summary>Chooses among all snapshots, or those that <c>latest</c> is taken from.</summary>
    public SnapshotFilter Filter { get; init; } = new();

    /// <summary>
    /// The tags instead of those that are there, an empty list for none; null: not. What marks the rest of an interrupted
    /// backup (<see cref="Snapshot.IncompleteTag"/>) stays: without it that would pass for a whole backup.
    /// </summary>
    public IReadOnlyList<string>? Set { get; init; }

    /// <summary>Tags that come to those that are there.</summary>
    public IReadOnlyList<string> Add { get; init; } = [];

    /// <summary>Tags that are taken away.</summary>
    public IReadOnlyList<string> Remove { get; init; } = [];

    /// <summary>Refuses what makes no sense.</summary>
    /// <exception cref="ArgumentException">The options contradict each other, or say nothing.</exception>
    internal void Validate()
    {
        Filter.RefuseWith(Snapshots);
        if (Set is null && Add.Count + Remove.Count == 0)
        {
            throw new ArgumentException("No tags to set, to add or to remove.");
        }

        if (Set is not null && Add.Count + Remove.Count > 0)
        {
            throw new ArgumentException("Tags are either set, or added and removed. Leave out one of it.");
        }

        if ((Set ?? []).Concat(Add).Any(tag => tag.Length == 0))
        {
            throw new ArgumentException("A tag has no letters.");
        }
    }
}
