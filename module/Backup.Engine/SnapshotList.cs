namespace Backup.Engine;

/// <summary>Snapshots in groups.</summary>
public sealed record SnapshotList
{
    /// <summary>The groups, ordered by host, paths and tags; one if they are not grouped, none without snapshots.</summary>
    public required IReadOnlyList<SnapshotGroup> Groups { get; init; }

    /// <summary>Snapshot files that can't be read. The others are listed all the same.</summary>
    public IReadOnlyList<RepositoryDamagedException> Damaged { get; init; } = [];
}
