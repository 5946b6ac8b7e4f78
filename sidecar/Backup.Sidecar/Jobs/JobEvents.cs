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
    public Subscription Subscribe(string? jobId)
    {
        var subscription = new Subscription(this, jobId);
        ImmutableInterlocked.Update(ref _subscriptions, list => list.Add(subscription));
        return subscription;
    }

    /// <summary>Tells it. Never waits.</summary>
    public void Publish(JobEventKind kind, BackupJob job)
    {
        var happened = new JobEvent(kind, job);
        foreach (Subscription subscription in _subscriptions)
        {
            subscription.Offer(happened);
        }
    }

    /// <summary>Somebody listens until it is disposed.</summary>
    internal sealed class Subscription(JobEvents events, string? jobId) : IDisposable
    {
        private readonly Channel<JobEvent> _channel = Channel.CreateBounded<JobEvent>(
            new BoundedChannelOptions(MaxBehind) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

        public ChannelReader<JobEvent> Reader => _channel.Reader;

        public void Offer(JobEvent happened)
        {
            if (jobId is null || jobId == happened.Job.Id)
            {
                _channel.Writer.TryWrite(happened);
            }
        }

        public void Dispose()
        {
            ImmutableInterlocked.Update(ref events._subscriptions, list => list.Remove(this));
            _channel.Writer.TryComplete();
        }
    }
}
