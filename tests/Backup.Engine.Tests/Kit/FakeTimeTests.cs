namespace Backup.Engine.Tests.Kit;

public sealed class FakeTimeTests
{
    private readonly FakeTime _time = new();

    [Fact]
    public async Task A_delay_ends_when_its_time_has_come_and_not_before()
    {
        Task delay = Task.Delay(TimeSpan.FromMinutes(1), _time);

        _time.Advance(TimeSpan.FromSeconds(59));
        bool early = delay.IsCompleted;
        _time.Advance(TimeSpan.FromSeconds(1));
        await delay;

        Assert.False(early);
        Assert.Equal(0, _time.RunningTimers);
    }

    [Fact]
    public void A_periodic_timer_runs_once_per_period_at_its_own_times()
    {
        DateTimeOffset start = _time.GetUtcNow();
        var times = new List<TimeSpan>();
        using ITimer timer = _time.CreateTimer(_ => times.Add(_time.GetUtcNow() - start), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));

        _time.Advance(TimeSpan.FromSeconds(6));

        Assert.Equal([TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(5)], times);
        Assert.Equal(start + TimeSpan.FromSeconds(6), _time.GetUtcNow());
    }

    [Fact]
    public async Task Code_that_waits_several_times_can_be_run_to_its_end()
    {
        long before = _time.GetTimestamp();

        await _time.RunAsync(WaitTwiceAsync());

        Assert.Equal(TimeSpan.FromHours(3), _time.GetElapsedTime(before));
    }

    [Fact]
    public async Task A_cancelled_delay_leaves_no_timer()
    {
        using var cancellation = new CancellationTokenSource();
        Task delay = Task.Delay(TimeSpan.FromHours(1), _time, cancellation.Token);

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => delay);
        Assert.Equal(0, _time.RunningTimers);
    }

    private async Task WaitTwiceAsync()
    {
        await Task.Delay(TimeSpan.FromHours(1), _time);
        await Task.Delay(TimeSpan.FromHours(2), _time);
    }
}
