namespace Backup.Engine;

/// <summary>What became of one group of snapshots.</summary>
public sealed record ForgetGroup
{
    /// <summary>The group, with all its snapshots.</summary>
    public required SnapshotGroup Group { get; init; }

    /// <summary>Those that are kept, newest first.</summary>
    public required IReadOnlyList<KeptSnapshot> Keep { get; init; }

    /// <summary>Those that are not, newest first.</summary>
    public required IReadOnlyList<Snapshot> Remove { get; init; }
}
