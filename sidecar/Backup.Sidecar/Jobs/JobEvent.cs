namespace Backup.Sidecar.Jobs;

/// <summary>Something happened to a job.</summary>
/// <param name="Kind">What.</param>
/// <param name="Job">The job as it is since then.</param>
internal sealed record JobEvent(JobEventKind Kind, BackupJob Job);
