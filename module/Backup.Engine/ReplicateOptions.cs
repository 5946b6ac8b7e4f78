namespace Backup.Engine;

/// <summary>How a repository is made to have the snapshots of another one.</summary>
public sealed record ReplicateOptions
{
    /// <summary>
    /// Also remove what the other repository has no longer: in a replica (see <see cref="Repository.CreateReplicaAsync"/>)
    /// every snapshot that is not there, else only those that were copied from there. Their data stays until it is pruned.
    /// Refused while the other repository has no snapshots at all, or some that can't be read.
    /// </summary>
    public bool Delete { get; init; }

    /// <summary>Only find out what would be copied and removed.</summary>
    public bool DryRun { get; init; }

    /// <summary>Hears of each snapshot when it is complete here, one at a time.</summary>
    public Action<CopiedSnapshot>? SnapshotDone { get; init; }
}
