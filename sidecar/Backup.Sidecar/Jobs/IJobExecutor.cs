namespace Backup.Sidecar.Jobs;

/// <summary>Does what jobs ask for. Tests have one that does nothing.</summary>
internal interface IJobExecutor
{
    /// <summary>Does it.</summary>
    /// <param name="job">The job.</param>
    /// <param name="progress">Hears a few times a second how far it is.</param>
    /// <param name="cancellationToken">Stops it: what was stored until then is used by the next try.</param>
    Task<JobResult> RunAsync(BackupJob job, Action<JobProgress> progress, CancellationToken cancellationToken);

    /// <summary>Undoes what a job did that was another replica's by then.</summary>
    Task WithdrawAsync(BackupJob job, JobResult result, CancellationToken cancellationToken);
}
