namespace Backup.Engine;

/// <summary>Snapshots that have host, paths or tags in common.</summary>
public sealed record SnapshotGroup
{
    /// <summary>The host; null if the hosts may differ.</summary>
    public string? Hostname { get; init; }

    /// <summary>The paths, sorted; null if they may differ.</summary>
    public IReadOnlyList<string>? Paths { get; init; }

    /// <summary>The tags, sorted; null if they may differ.</summary>
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>The snapshots, oldest first.</summary>
    public required IReadOnlyList<Snapshot> Snapshots { get; init; }
}
