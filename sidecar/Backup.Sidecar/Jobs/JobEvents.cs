using System.Collections.Immutable;
using System.Threading.Channels;

namespace Backup.Sidecar.Jobs;

/// <summary>Tells those who listen what happens to jobs.</summary>
internal sealed class JobEvents
{
    /// <summary>What a slow listener may be behind, a few KiB each; then it misses the oldest.</summary>
    private const int MaxBehind = 256;

    private ImmutableList<Subscription> _subscriptions = [];

    /// <summary>Listens to one job, or to all.</summary>
    /// <param name="jobId">The job; null: all.</param>
    /// <param name="channel">Holds what waits to be heard; none: one that forgets the oldest.</param>
    public Subscription Subscribe(string? jobId, Channel<JobEvent>? channel = null)
    {
        var subscription = new Subscription(this, jobId, channel ?? Channel.CreateBounded<JobEvent>(
            new BoundedChannelOptions(MaxBehind) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true }));
        ImmutableInterlocked.Update(ref _subscriptions, list => list.Add(subscription));
        return subscription;
    }

    /// <summary>What happened to a job that is over.</summary>
    public static JobEventKind EndOf(BackupJob job) => job.State switch
    {
        JobState.Succeeded => JobEventKind.Completed,
        JobState.Failed => JobEventKind.Failed,
        _ => JobEventKind.Cancelled,
    };

    /// <summary>Tells it. Never waits.</summary>
    public void Publish(JobEventKind kind, BackupJob job)
    {
        var happened = new JobEvent(kind, job.WithoutContent()); // what waits to be heard must not hold it in memory
        foreach (Subscription subscription in _subscriptions)
        {
            subscription.Offer(happened);
        }
    }

    /// <summary>Somebody listens until it is disposed.</summary>
    internal sealed class Subscription(JobEvents events, string? jobId, Channel<JobEvent> channel) : IDisposable
    {
        public ChannelReader<JobEvent> Reader => channel.Reader;

        public void Offer(JobEvent happened)
        {
            if (jobId is null || jobId == happened.Job.Id)
            {
                channel.Writer.TryWrite(happened);
            }
        }

        public void Dispose()
        {
            ImmutableInterlocked.Update(ref events._subscriptions, list => list.Remove(this));
            channel.Writer.TryComplete();
        }
    }
}
