using Backup.Sidecar.Jobs;

namespace Backup.Sidecar.Tests.Hosting;

/// <summary>Notices that it shall stop, and is done all the same: as a run is whose last write was under way already.</summary>
internal sealed class StubbornExecutor : IJobExecutor
{
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _interrupted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _finish = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _withdrawn = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Begun => _begun.Task;

    public Task Interrupted => _interrupted.Task;

    public Task Withdrawn => _withdrawn.Task;

    /// <summary>Lets it be done.</summary>
    public void Finish() => _finish.TrySetResult();

    public async Task<JobResult> RunAsync(BackupJob job, Action<JobProgress> progress, CancellationToken cancellationToken)
    {
        await using CancellationTokenRegistration registration = cancellationToken.Register(_interrupted.SetResult);
        _begun.TrySetResult();
        await _finish.Task;
        return new JobResult();
    }

    public Task WithdrawAsync(BackupJob job, JobResult result, CancellationToken cancellationToken)
    {
        _withdrawn.TrySetResult();
        return Task.CompletedTask;
    }
}
