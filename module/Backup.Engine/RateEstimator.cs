namespace Backup.Engine;

/// <summary>
/// Tells how fast something goes and when it will be done, from what was done in the last half minute: older times say
/// little about a backup that now reads large files instead of small ones.
/// </summary>
public sealed class RateEstimator
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(30);

    private readonly Queue<(TimeSpan At, long Done)> _samples = [];
    private (TimeSpan At, long Done) _newest;

    /// <summary>Bytes (or whatever is counted) per second; 0 while unknown.</summary>
    public double PerSecond
    {
        get
        {
            if (!_samples.TryPeek(out (TimeSpan At, long Done) oldest) || _newest.At <= oldest.At)
            {
                return 0;
            }

            return (_newest.Done - oldest.Done) / (_newest.At - oldest.At).TotalSeconds;
        }
    }

    /// <summary>Takes down how much is done.</summary>
    /// <param name="elapsed">Since the start; never less than before.</param>
    /// <param name="done">In all.</param>
    public void Add(TimeSpan elapsed, long done)
    {
        if (_samples.Count == 0)
        {
            _samples.Enqueue((TimeSpan.Zero, 0));
        }

        _newest = (elapsed, done);
        _samples.Enqueue(_newest);
        while (_samples.Count > 2 && _samples.Peek().At < elapsed - Window)
        {
            _samples.Dequeue();
        }
    }

    /// <summary>How long the rest takes at this rate; null if nobody can tell.</summary>
    public TimeSpan? TimeFor(long rest)
    {
        double rate = PerSecond;
        double seconds = rest / rate;
        return rest >= 0 && rate > 0 && seconds < TimeSpan.FromDays(365).TotalSeconds ? TimeSpan.FromSeconds(seconds) : null;
    }
}
