using System.Diagnostics;
using Backup.Sidecar.Configuration;
using Backup.Sidecar.Hosting;
using Backup.Sidecar.Operations;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Backup.Sidecar.Jobs;

/// <summary>
/// The workers. A stop lets running jobs end within the grace period; after it they are interrupted, leave what they
/// have stored, and begin again at the next start. Nobody waits for one that does not even stop then.
/// </summary>
internal sealed class JobRunner(
    JobBook book,
    IJobExecutor executor,
    QuietApplications applications,
    IJobClaims claims,
    ServiceConfiguration configuration,
    TimeProvider time,
    ILogger<JobRunner> log) : IHostedService, IDisposable
{
    /// <summary>What an interrupted job has for its end: the engine takes ten seconds at most to store what it has.</summary>
    private static readonly TimeSpan EndTime = TimeSpan.FromSeconds(15);

    private readonly Lock _gate = new();
    private readonly HashSet<ActiveJob> _running = [];
    private readonly CancellationTokenSource _stopping = new();
    private Task _workers = Task.CompletedTask;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        claims.Lost += InterruptAll;
        if (!claims.IsShared && await book.ResumeAsync(cancellationToken) is > 0 and int resumed)
        {
            log.Resumed(resumed);
        }

        _workers = Task.WhenAll(Enumerable.Range(0, configuration.Current.Workers).Select(_ => Task.Run(WorkAsync, CancellationToken.None)));
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        book.Stop();
        await _stopping.CancelAsync();
        Task grace = Task.Delay(configuration.Current.GracePeriod, time, cancellationToken);
        if (await Task.WhenAny(_workers, grace) != _workers)
        {
            applications.Hurry();
            InterruptAll();
        }

        claims.Lost -= InterruptAll;
        try
        {
            await _workers.WaitAsync(EndTime, time, CancellationToken.None);
        }
        catch (TimeoutException)
        {
            // The process ends without them. In the journal they are running; so the next start takes them up, and removes their locks.
            Array.ForEach(Running(), job => log.LeftHanging(job.Job.Id));
        }
    }

    public void Dispose() => _stopping.Dispose();

    private async Task WorkAsync()
    {
        // Jobs that still wait are in the journal: the next start takes them up.
        while (book.IsAccepting && await book.Queue.WaitToReadAsync())
        {
            if (await MayWorkAsync() && book.Queue.TryRead(out ActiveJob? active) && active.TryTake())
            {
                await RunAsync(active);
            }
        }
    }

    private async Task<bool> MayWorkAsync()
    {
        try
        {
            await claims.WhenHeldAsync(_stopping.Token);
            return book.IsAccepting;
        }
        catch (OperationCanceledException)
        {
            return false; // the service stops
        }
    }

    private async Task RunAsync(ActiveJob active)
    {
        lock (_gate)
        {
            _running.Add(active);
        }

        try
        {
            await RunSafelyAsync(active);
        }
        finally
        {
            lock (_gate)
            {
                _running.Remove(active);
            }

            active.Dispose();
        }
    }

    private async Task RunSafelyAsync(ActiveJob active)
    {
        using Activity? activity = Telemetry.StartJob(active.Job);
        using IDisposable? scope = log.BeginJob(active.Job.Id);
        try
        {
            await active.Resuming.WaitAsync(_stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!active.Resuming.IsCompleted)
            {
                return; // the service stops: the job is in the journal as one that waits, and so is whom it has quiesced
            }

            if (await book.BeginAsync(active) is not { } job)
            {
                log.TakenOver(active.Job.Id);
                return;
            }

            log.Started(job.Operation, job.Id, job.Repository, job.Policy);
            await ExecuteAsync(active, job);
        }
        catch (JournalException exception)
        {
            // The job stays in the journal as it was, and is taken up again: at the next start at the latest.
            log.JournalFailed(exception, active.Job.Id);
            book.Leave(active);
        }
    }

    private async Task ExecuteAsync(ActiveJob active, BackupJob job)
    {
        JobState state;
        JobResult? result = null;
        JobError? error = null;
        active.ResumeFailure = null;
        try
        {
            active.Token.ThrowIfCancellationRequested();
            if (GivenUp.Reason(job.Attempts - 1) is { } reason)
            {
                throw new RequestException(reason.ErrorId, reason.Message);
            }

            result = await executor.RunAsync(job, progress => book.Report(active, progress), active.Token);
            state = JobState.Succeeded;
            if (result.Check is { Healthy: false } check)
            {
                (state, error) = (JobState.Failed, new JobError("RepositoryDamaged", $"{check.Errors} errors were found in the repository."));
            }
            else if (job.Operation == JobOperation.Restore && result.ProblemCount > 0)
            {
                (state, error) = (JobState.Failed, new JobError("RestoreIncomplete", $"{result.ProblemCount} items could not be restored."));
            }
        }
        catch (OperationCanceledException) when (active.Token.IsCancellationRequested)
        {
            state = active.IsCancelRequested ? JobState.Cancelled : JobState.Queued;
        }
        catch (Exception exception)
        {
            // Whatever it is: one job must not take the others along, and its own record tells it.
            state = JobState.Failed;
            error = ErrorMap.JobError(exception);
            log.Failed(exception, job.Operation, job.Id, error.ErrorId);
        }

        if (await TryResumeAsync(active) is { } failure && state != JobState.Queued) // else the next start tries it again
        {
            state = state == JobState.Succeeded ? JobState.Failed : state;
            error = error is null ? new JobError("QuiesceFailed", failure) : error with { Message = $"{error.Message} {failure}" };
        }

        if (await book.EndAsync(active, state, result, error) is not { } ended)
        {
            log.TakenOver(job.Id);
            await WithdrawAsync(job, result);
            return;
        }

        Telemetry.EndJob(job, state, result, error, time.GetUtcNow());
        log.Ended(ended.Operation, ended.Id, ended.State, result?.ProblemCount ?? 0);
    }

    /// <summary>Tells the application to go on that the job has quiesced, if neither its run nor an earlier one could.</summary>
    /// <returns>Why it may still hold still.</returns>
    private async Task<string?> TryResumeAsync(ActiveJob active)
    {
        if (active.ResumeFailure is null)
        {
            await applications.ResumeAsync(active);
        }

        return active.ResumeFailure;
    }

    /// <summary>The replica that has the job now does it all over, so what this one did must not be there twice.</summary>
    private async Task WithdrawAsync(BackupJob job, JobResult? result)
    {
        try
        {
            await (result is null ? Task.CompletedTask : executor.WithdrawAsync(job, result, _stopping.Token));
        }
        catch (Exception exception)
        {
            log.WithdrawFailed(exception, job.Id); // then there are two snapshots of one job, which harms nobody
        }
    }

    private ActiveJob[] Running()
    {
        lock (_gate)
        {
            return [.. _running];
        }
    }

    private void InterruptAll()
    {
        // Under the lock, so that none is disposed of meanwhile; what the interruption leads to happens elsewhere.
        lock (_gate)
        {
            foreach (ActiveJob job in _running)
            {
                log.Interrupting(job.Job.Id);
                _ = job.InterruptAsync();
            }
        }
    }
}
