using Backup.Sidecar.Configuration;
using Backup.Sidecar.Jobs;

namespace Backup.Sidecar.Operations;

/// <summary>Does what jobs ask for, with the engine.</summary>
internal sealed class JobExecutor(
    RepositoryPool repositories, ServiceConfiguration configuration, ApplicationClients applications) : IJobExecutor
{
    public async Task<JobResult> RunAsync(BackupJob job, Action<JobProgress> progress, CancellationToken cancellationToken)
    {
        await using RepositoryLease lease = await repositories.RentAsync(
            job.Repository, mayCreate: job.Operation == JobOperation.Backup, cancellationToken);
        JobResult result = job.Request switch
        {
            { Backup: { } backup } => await new BackupOperation(
                lease.Repository, backup, job, configuration.Current, applications, progress).RunAsync(cancellationToken),
            { Restore: { } restore } => await RestoreOperation.RunAsync(lease.Repository, restore, configuration.Current, progress, cancellationToken),
            { Forget: { } forget } => await ForgetOperation.RunAsync(lease.Repository, forget.ToOptions(), cancellationToken),
            { Check: { } check } => await CheckOperation.RunAsync(lease.Repository, check, progress, cancellationToken),
            _ => throw new InvalidOperationException($"Job {job.Id} asks for nothing."),
        };
        lease.Keep();
        return result;
    }
}
