namespace Backup.Sidecar.Jobs;

/// <summary>Replicas agree by it who does a request that reached several of them.</summary>
internal interface IJobClaims
{
    /// <summary>Whether the job is ours to do. Once it is, it stays so.</summary>
    Task<bool> TryTakeAsync(BackupJob job, CancellationToken cancellationToken);
}
