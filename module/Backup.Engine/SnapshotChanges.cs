namespace Backup.Engine;

/// <summary>What became of snapshots that were to be changed.</summary>
public sealed record SnapshotChanges
{
    /// <summary>Those that were changed, or in a dry run would be, oldest first. The others were right already.</summary>
    public required IReadOnlyList<SnapshotChange> Changed { get; init; }

    /// <summary>Those with which it failed.</summary>
    public IReadOnlyList<SnapshotFailure> Failures { get; init; } = [];

    /// <summary>Whether nothing was changed.</summary>
    public bool IsDryRun { get; init; }
}
