namespace Backup.Engine;

/// <summary>What was kept and removed, or in a dry run would be.</summary>
public sealed record ForgetResult
{
    /// <summary>The groups that the policy was applied to, ordered by host, paths and tags; none where snapshots were named.</summary>
    public required IReadOnlyList<ForgetGroup> Groups { get; init; }

    /// <summary>The snapshots that are gone, or in a dry run would be.</summary>
    public required IReadOnlyList<Snapshot> Removed { get; init; }

    /// <summary>Those that should be gone but could not be removed.</summary>
    public IReadOnlyList<SnapshotFailure> Failures { get; init; } = [];

    /// <summary>Whether nothing was changed.</summary>
    public bool IsDryRun { get; init; }
}
