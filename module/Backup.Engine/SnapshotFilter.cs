namespace Backup.Engine;

/// <summary>Chooses snapshots. A field that is empty chooses all.</summary>
public sealed record SnapshotFilter
{
    /// <summary>Any of these hosts.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>Any of these lists of tags, each of which must be there as a whole. An empty list means «no tags».</summary>
    public IReadOnlyList<IReadOnlyList<string>> TagLists { get; init; } = [];

    /// <summary>All of these absolute paths.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

    /// <summary>Whether every snapshot is chosen.</summary>
    public bool IsEmpty => Hosts.Count + TagLists.Count + Paths.Count == 0;

    /// <summary>Whether the snapshot is chosen.</summary>
    public bool Matches(Snapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        return (Hosts.Count == 0 || Hosts.Contains(snapshot.Hostname))
            && (TagLists.Count == 0 || TagLists.Any(tags => HasTags(snapshot, tags)))
            && Paths.All(snapshot.Paths.Contains);
    }

    // An empty tag stands for «no tags», too: it is what an empty --tag on a command line leads to.
    private static bool HasTags(Snapshot snapshot, IReadOnlyList<string> tags) =>
        tags.Count == 0 || (tags.Count == 1 && tags[0].Length == 0)
            ? snapshot.Tags.Count == 0
            : tags.All(snapshot.Tags.Contains);
}
