using System.Collections.Concurrent;
using Backup.Sidecar.Hosting;
using Backup.Sidecar.Jobs;
using Microsoft.Extensions.Logging;

namespace Backup.Sidecar.Operations;

/// <summary>
/// Applications that hold still, each for one job at a time. That a job asks for it is recorded before the application is asked, so
/// that somebody tells it to go on whatever happens to the job, the process or the replica.
/// </summary>
internal sealed class QuietApplications(
    ApplicationClients applications, IJobJournal journal, IJobClaims claims, TimeProvider time, ILogger<QuietApplications> log) : IDisposable
{
    /// <summary>What is waited before the second and each further try to tell an application to go on.</summary>
    private static readonly TimeSpan[] Pauses =
        [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(20)];

    private readonly ConcurrentDictionary<string, SemaphoreSlim> _queues = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _hurry = new();

    /// <summary>Waits until an application holds still for no other job, here and on all replicas. Here whoever asked first has it first.</summary>
    /// <returns>Lets the next one have it.</returns>
    public async Task<IAsyncDisposable> TakeTurnAsync(BackupJob job, string application, CancellationToken cancellationToken)
    {
        SemaphoreSlim queue = await QueueAsync(application, cancellationToken);
        try
        {
            return new Turn(queue, await claims.TakeQuietTurnAsync(job, application, cancellationToken));
        }
        catch
        {
            queue.Release();
            throw;
        }
    }

    /// <summary>Makes an application hold still for a job that has its turn.</summary>
    /// <exception cref="JournalException">That can't be recorded, so the application was not asked.</exception>
    public async Task QuiesceAsync(ActiveJob active, string application, CancellationToken cancellationToken)
    {
        active.ResumeFailure = null;
        await RecordAsync(active, application);
        await applications.QuiesceAsync(application, active.Job.Id, cancellationToken);
    }

    /// <summary>Tells the application to go on that a job has quiesced, if it has, and tries it again for a while. What is to be done if that fails, the job says.</summary>
    public async Task ResumeAsync(ActiveJob active)
    {
        if (active.Job.Quiesced is not { } application)
        {
            return;
        }

        for (int i = 0; ; i++)
        {
            try
            {
                await applications.ResumeAsync(application, active.Job.Id);
                break;
            }
            catch (Exception exception) when (i < Pauses.Length && exception is not RequestException && !_hurry.IsCancellationRequested)
            {
                log.ResumeFailed(exception, application, active.Job.Id);
                await Task.Delay(Pauses[i], time, _hurry.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // then it is the last try
            }
            catch (Exception exception)
            {
                log.MayHoldStill(exception, application, active.Job.Id);
                active.ResumeFailure = $"The application «{application}» could not be resumed and may still hold still: see to it. {exception.Message}";
                return;
            }
        }

        active.ResumeFailure = null;
        try
        {
            await RecordAsync(active, null);
        }
        catch (JournalException)
        {
            // If the job is taken up again the application is told once more to go on, which it does already.
        }
    }

    /// <summary>Begins to tell an application to go on that an earlier run of a job has quiesced.</summary>
    public void ResumeLeft(ActiveJob active)
    {
        if (active.Job.Quiesced is { } application)
        {
            active.Resuming = ResumeInTurnAsync(active, application);
        }
    }

    /// <summary>The service is about to end: who can't be told to go on now is told by the next start.</summary>
    public void Hurry() => _hurry.Cancel();

    public void Dispose() => _hurry.Dispose();

    private async Task ResumeInTurnAsync(ActiveJob active, string application)
    {
        // Another job may have made it hold still meanwhile. Among replicas the job's turn is over: it had another owner, or does not run.
        SemaphoreSlim queue = await QueueAsync(application, CancellationToken.None);
        try
        {
            await ResumeAsync(active);
        }
        finally
        {
            queue.Release();
        }
    }

    private async Task<SemaphoreSlim> QueueAsync(string application, CancellationToken cancellationToken)
    {
        SemaphoreSlim queue = _queues.GetOrAdd(application, _ => new SemaphoreSlim(1));
        await queue.WaitAsync(cancellationToken);
        return queue;
    }

    private async Task RecordAsync(ActiveJob active, string? application)
    {
        BackupJob job = active.Update(job => job with { Quiesced = application });
        if (!await claims.TrySaveAsync(job, CancellationToken.None))
        {
            throw new JournalException($"Job {job.Id} is another replica's by now.");
        }

        await journal.SaveAsync(job, CancellationToken.None);
    }

    private sealed class Turn(SemaphoreSlim queue, IAsyncDisposable among) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            try
            {
                await among.DisposeAsync();
            }
            finally
            {
                queue.Release();
            }
        }
    }
}
