using System.Collections.Concurrent;
using System.Threading.Channels;
using Backup.Sidecar.Jobs;

namespace Backup.Sidecar.Tests.Hosting;

/// <summary>Does nothing, but only when the test lets it.</summary>
internal sealed class WaitingExecutor : IJobExecutor
{
    private readonly Channel<int> _permits = Channel.CreateUnbounded<int>();
    private readonly Channel<string> _begun = Channel.CreateUnbounded<string>();

    /// <summary>Ids of jobs that were begun, in order.</summary>
    public ConcurrentQueue<string> Begun { get; } = [];

    /// <summary>Ids of jobs that were done.</summary>
    public ConcurrentQueue<string> Done { get; } = [];

    /// <summary>Ids of jobs that were done but had another owner by then.</summary>
    public ConcurrentQueue<string> Withdrawn { get; } = [];

    /// <summary>What a job that is cancelled waits for before it ends.</summary>
    public Task Stopping { get; init; } = Task.CompletedTask;

    /// <summary>Lets so many jobs be done.</summary>
    public void Permit(int count)
    {
        for (int i = 0; i < count; i++)
        {
            _permits.Writer.TryWrite(i);
        }
    }

    /// <summary>Waits until another job has begun.</summary>
    public async Task WhenBegunAsync() => await _begun.Reader.ReadAsync();

    public Task WithdrawAsync(BackupJob job, JobResult result, CancellationToken cancellationToken)
    {
        Withdrawn.Enqueue(job.Id);
        return Task.CompletedTask;
    }

    public async Task<JobResult> RunAsync(BackupJob job, Action<JobProgress> progress, CancellationToken cancellationToken)
    {
        Begun.Enqueue(job.Id);
        progress(new JobProgress { Phase = "waiting", ItemsDone = 1, ItemsTotal = 2 });
        _begun.Writer.TryWrite(job.Id);
        try
        {
            await _permits.Reader.ReadAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            await Stopping;
            throw;
        }

        Done.Enqueue(job.Id);
        return new JobResult();
    }
}
