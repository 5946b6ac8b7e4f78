namespace Backup.TestKit;

/// <summary>The real clock, but whoever waits for less than a minute waits a hundredth of it: for tests of what is tried again.</summary>
public sealed class ShortWaits : TimeProvider
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1); // who has that much patience with a busy machine keeps it

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(callback, state, dueTime > TimeSpan.Zero && dueTime < Long ? dueTime / 100 : dueTime, period);
}
