namespace Backup.Engine;

/// <summary>How a repository is made to have the snapshots of another one.</summary>
public sealed record ReplicateOptions
{
    /// <summary>
    /// Also remove every snapshot that the other repository does not have. Their data stays until it is pruned. Only for
    /// replicas (see <see cref="Repository.CreateReplicaAsync"/>), in others copies can't be told from what is their own; and
    /// refused while the other repository has no snapshots at all, or some that can't be read.
    /// </summary>
    public bool Delete { get; init; }

    /// <summary>Only find out what would be copied and removed.</summary>
    public bool DryRun { get; init; }

    /// <summary>Hears of each snapshot when it is complete here, one at a time.</summary>
    public Action<CopiedSnapshot>? SnapshotDone { get; init; }
}
