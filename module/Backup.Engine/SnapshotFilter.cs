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

    /// <summary>Refuses a filter beside snapshots that are named, where it would mean nothing.</summary>
    /// <exception cref="ArgumentException">There are both, and none of the names is <c>latest</c>.</exception>
    internal void RefuseWith(IReadOnlyList<string> snapshots)
    {
        if (snapshots.Count > 0 && !IsEmpty && !snapshots.Contains(SnapshotPath.Latest))
        {
            throw new ArgumentException(
                "Snapshots that are named are meant whatever a filter says. Leave out either the ids or the hosts, tags and paths.");
        }
    }

    // An empty tag stands for «no tags», too: it is what an empty --tag on a command line leads to.
    private static bool HasTags(Snapshot snapshot, IReadOnlyList<string> tags) =>
        tags.Count == 0 || (tags.Count == 1 && tags[0].Length == 0)
            ? snapshot.Tags.Count == 0
            : tags.All(snapshot.Tags.Contains);
}
