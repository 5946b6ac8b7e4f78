namespace Backup.Sidecar.Jobs;

/// <summary>A job that is not over: its newest document, and how to stop it.</summary>
internal sealed class ActiveJob(BackupJob job) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _cancellation = new();
    private BackupJob _job = job;
    private int _isTaken;

    public BackupJob Job
    {
        get
        {
            lock (_gate)
            {
                return _job;
            }
        }
    }

    /// <summary>Cancelled when the job should stop, whatever the reason.</summary>
    public CancellationToken Token => _cancellation.Token;

    /// <summary>Whether somebody asked to cancel it, as opposed to a stop of the service.</summary>
    public bool IsCancelRequested { get; private set; }

    /// <summary>Tells an application to go on that an earlier run left quiesced. Neither ends the job nor begins it before that is done.</summary>
    public Task Resuming { get; set; } = Task.CompletedTask;

    /// <summary>Why the application could not be told to go on, when that was tried last.</summary>
    public string? ResumeFailure { get; set; }

    /// <summary>Changes the document.</summary>
    public BackupJob Update(Func<BackupJob, BackupJob> change)
    {
        lock (_gate)
        {
            return _job = change(_job);
        }
    }

    /// <summary>Whether the caller is the one who begins it, or ends it before it began: only the first one is.</summary>
    public bool TryTake() => Interlocked.Exchange(ref _isTaken, 1) == 0;

    /// <summary>Likewise for those who end it. One whose application is being resumed a worker ends, since the job tells what came of that.</summary>
    public bool TryTakeToEnd() => Resuming.IsCompleted && Job.Quiesced is null && TryTake();

    /// <summary>Whoever took it leaves it to others after all.</summary>
    public void PutBack() => Interlocked.Exchange(ref _isTaken, 0);

    /// <summary>Somebody wants it to be over.</summary>
    public async Task CancelAsync()
    {
        IsCancelRequested = true;
        try
        {
            await _cancellation.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // It ended just now.
        }
    }

    /// <summary>The service stops: the job goes on at the next start.</summary>
    public Task InterruptAsync() => _cancellation.CancelAsync();

    public void Dispose() => _cancellation.Dispose();
}
