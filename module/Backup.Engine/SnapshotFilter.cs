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
}
