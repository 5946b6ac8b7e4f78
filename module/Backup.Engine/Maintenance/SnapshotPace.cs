using Backup.Engine.Concurrency;

namespace Backup.Engine.Maintenance;

/// <summary>Counts the snapshots that an operation is done with, and reports it. Thread-safe.</summary>
internal sealed class SnapshotPace : IDisposable
{
    private readonly ProgressPulse<SnapshotProgress> _pulse;
    private volatile bool _isChanging;
    private long _done;
    private long _total;

    /// <summary>Starts the reports.</summary>
    /// <param name="progress">Who gets them; null: nobody.</param>
    /// <param name="time">The clock.</param>
    public SnapshotPace(IProgress<SnapshotProgress>? progress, TimeProvider time) =>
        _pulse = new(progress, time, elapsed => new(_isChanging, Interlocked.Read(ref _done), Interlocked.Read(ref _total), elapsed));

    /// <summary>Begins to find out, or to change.</summary>
    public void Begin(bool isChanging, long total)
    {
        Interlocked.Exchange(ref _done, 0);
        Interlocked.Exchange(ref _total, total);
        _isChanging = isChanging;
    }

    /// <summary>One more is done.</summary>
    public void Advance() => Interlocked.Increment(ref _done);

    /// <inheritdoc/>
    public void Dispose() => _pulse.Dispose();
}
