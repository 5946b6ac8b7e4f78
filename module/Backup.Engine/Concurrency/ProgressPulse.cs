namespace Backup.Engine.Concurrency;

/// <summary>Reports progress four times a second while it lives, and once at the end.</summary>
internal sealed class ProgressPulse<T> : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private readonly IProgress<T>? _progress;
    private readonly Func<TimeSpan, T> _read;
    private readonly TimeProvider _time;
    private readonly long _started;
    private readonly ITimer? _timer;

    /// <summary>Starts the reports.</summary>
    /// <param name="progress">Who gets them; null: nobody.</param>
    /// <param name="time">The clock.</param>
    /// <param name="read">Makes a report; gets the time since now, is called from any thread.</param>
    public ProgressPulse(IProgress<T>? progress, TimeProvider time, Func<TimeSpan, T> read)
    {
        _progress = progress;
        _read = read;
        _time = time;
        _started = time.GetTimestamp();
        _timer = progress is null ? null : time.CreateTimer(_ => Report(), null, Interval, Interval);
    }

    /// <summary>The time since the start.</summary>
    public TimeSpan Elapsed => _time.GetElapsedTime(_started);

    /// <inheritdoc/>
    public void Dispose()
    {
        _timer?.Dispose();
        Report();
    }

    private void Report() => _progress?.Report(_read(Elapsed));
}
