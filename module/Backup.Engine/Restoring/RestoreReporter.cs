namespace Backup.Engine.Restoring;

/// <summary>Reports a restore's progress a few times a second, and once at the end.</summary>
internal sealed class RestoreReporter : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private readonly IProgress<RestoreProgress>? _progress;
    private readonly RestoreLog _log;
    private readonly TimeProvider _time;
    private readonly long _started;
    private readonly ITimer? _timer;

    /// <summary>Starts reporting, if anybody listens.</summary>
    public RestoreReporter(IProgress<RestoreProgress>? progress, RestoreLog log, TimeProvider time, long started)
    {
        _progress = progress;
        _log = log;
        _time = time;
        _started = started;
        _timer = progress is null ? null : time.CreateTimer(_ => Report(), null, Interval, Interval);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_timer is not null)
        {
            _timer.Dispose();
            Report();
        }
    }

    private void Report() => _progress?.Report(_log.ToProgress(_time.GetElapsedTime(_started)));
}
