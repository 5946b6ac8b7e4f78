namespace Backup.Sidecar.Jobs;

/// <summary>Whose a job is.</summary>
/// <param name="Job">The job as it is known to all.</param>
/// <param name="IsOurs">Whether it is this replica's.</param>
/// <param name="IsCancelWanted">Whether another replica was asked to cancel it.</param>
internal readonly record struct JobClaim(BackupJob Job, bool IsOurs, bool IsCancelWanted = false);
