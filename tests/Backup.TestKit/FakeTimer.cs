namespace Backup.TestKit;

/// <summary>A timer of <see cref="FakeTime"/>.</summary>
internal sealed class FakeTimer : ITimer
{
    private readonly FakeTime _time;
    private readonly TimerCallback _callback;
    private readonly object? _state;
    private bool _isDisposed;

    public FakeTimer(FakeTime time, TimerCallback callback, object? state) =>
        (_time, _callback, _state) = (time, callback, state);

    /// <summary>When it runs next. Belongs to <see cref="FakeTime"/>, guarded by its lock.</summary>
    public DateTimeOffset Due { get; set; }

    /// <summary>After what time it runs again; zero or negative: never. Belongs to <see cref="FakeTime"/>.</summary>
    public TimeSpan Period { get; set; }

    public void Fire() => _callback(_state);

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        if (_isDisposed)
        {
            return false;
        }

        _time.Schedule(this, dueTime, period);
        return true;
    }

    public void Dispose()
    {
        _isDisposed = true;
        _time.Schedule(this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }
}
