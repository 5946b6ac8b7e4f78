using Backup.Engine;
using Backup.Sidecar.Configuration;
using Backup.Sidecar.Dapr;
using Backup.Sidecar.Dapr.Sources;
using Backup.Sidecar.Jobs;

namespace Backup.Sidecar.Operations;

/// <summary>Does what jobs ask for, with the engine.</summary>
internal sealed class JobExecutor(
    RepositoryPool repositories,
    RepositoryTurns turns,
    JobBook book,
    QuietApplications quiet,
    ServiceConfiguration configuration,
    ApplicationClients applications,
    DaprAccess dapr,
    TimeProvider time) : IJobExecutor
{
    public async Task<JobResult> RunAsync(BackupJob job, Action<JobProgress> progress, CancellationToken cancellationToken)
    {
        await using RepositoryLease lease = await repositories.RentAsync(
            job.Repository, mayCreate: job.Operation == JobOperation.Backup, cancellationToken);
        await LeftLocks.TryRemoveAsync(lease.Repository, cancellationToken);
        JobResult result = job.Request switch
        {
            { Backup: { } backup } => await new BackupOperation(
                lease.Repository, turns, backup, job, QuietTimeOf(backup, job), configuration.Current, applications, dapr, time, progress).RunAsync(cancellationToken),
            { Restore: { State: not null } restore } => new JobResult
            {
                State = await new StateRestorer(lease.Repository, dapr.Required, restore, time).RunAsync(progress, cancellationToken),
            },
            { Restore: { Configuration: not null } restore } => await new ConfigurationRestorer(
                lease.Repository, dapr, restore, configuration.Current).RunAsync(cancellationToken),
            { Restore: { Import: { } import } restore } => await ImportOperation.RunAsync(lease.Repository, restore, import, applications, cancellationToken),
            { Restore: { } restore } => await LeftLocks.PassAsync(
                lease.Repository, () => RestoreOperation.RunAsync(lease.Repository, restore, configuration.Current, progress, cancellationToken), cancellationToken),
            { Forget: { } forget } => await ForgetOperation.RunAsync(lease.Repository, forget.ToOptions(), forget.Prune, turns, job, cancellationToken),
            { Check: { } check } => await LeftLocks.PassAsync(
                lease.Repository, () => CheckOperation.RunAsync(lease.Repository, check, progress, cancellationToken), cancellationToken),
            _ => throw new InvalidOperationException($"Job {job.Id} asks for nothing."),
        };
        lease.Keep();
        return result;
    }

    private QuietTime? QuietTimeOf(BackupRequest request, BackupJob job) => request is { Method: not BackupMethod.Online, Application: { } application }
        ? new QuietTime(quiet, book.Active(job.Id), application, time)
        : null;

    public async Task WithdrawAsync(BackupJob job, JobResult result, CancellationToken cancellationToken)
    {
        string[] made = [.. (result.Snapshots ?? []).Where(snapshot => snapshot.Id is not null).Select(snapshot => snapshot.Id ?? "")];
        if (made.Length > 0)
        {
            await using RepositoryLease lease = await repositories.RentAsync(job.Repository, mayCreate: false, cancellationToken);
            await new JobSnapshots(lease.Repository, job.Id).WithdrawAsync(made, cancellationToken);
            lease.Keep();
        }
    }
}
