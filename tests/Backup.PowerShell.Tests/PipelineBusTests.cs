namespace Backup.PowerShell.Tests;

public sealed class PipelineBusTests : IDisposable
{
    private readonly CancellationTokenSource _cancel = new();
    private readonly PipelineBus _bus;

    public PipelineBusTests() => _bus = new PipelineBus(_cancel.Token);

    public void Dispose()
    {
        _bus.Dispose();
        _cancel.Dispose();
    }

    [Fact]
    public void What_workers_emit_arrives_in_order_on_the_thread_that_runs_the_bus()
    {
        var port = new FakePort();

        Exception? failure = _bus.Run(port, () => EmitAsync(5_000), _cancel);

        Assert.Null(failure);
        Assert.Equal(Enumerable.Range(0, 5_000).Cast<object>(), port.Emitted);
        Assert.Equal([Environment.CurrentManagedThreadId], port.Threads);
    }

    [Fact]
    public void What_the_work_throws_is_returned_after_all_that_it_said()
    {
        var port = new FakePort();

        Exception? failure = _bus.Run(
            port,
            async () =>
            {
                await EmitAsync(3);
                throw new InvalidDataException("damaged");
            },
            _cancel);

        Assert.IsType<InvalidDataException>(failure);
        Assert.Equal(3, port.Emitted.Count);
    }

    [Fact]
    public void A_pipeline_that_stops_cancels_the_work_and_waits_until_it_has_ended()
    {
        var stopped = new InvalidOperationException("the pipeline has stopped");
        bool hasCleanedUp = false;
        var port = new FakePort { OnEmit = value => { if (value is 10) { throw stopped; } } };

        Exception thrown = Assert.Throws<InvalidOperationException>(() => _bus.Run(
            port,
            async () =>
            {
                try
                {
                    await EmitAsync(100_000);
                }
                finally
                {
                    await Task.Yield();
                    hasCleanedUp = true;
                }
            },
            _cancel));

        Assert.Same(stopped, thrown);
        Assert.True(hasCleanedUp);
        Assert.Equal(11, port.Emitted.Count);
    }

    [Fact]
    public void A_stop_from_elsewhere_ends_workers_that_wait_for_room()
    {
        using var isFull = new ManualResetEventSlim();
        var port = new FakePort();

        Exception? failure = _bus.Run(
            port,
            async () =>
            {
                await _cancel.CancelAsync();
                await EmitAsync(100_000);
            },
            _cancel);

        Assert.IsAssignableFrom<OperationCanceledException>(failure);
    }

    [Fact]
    public void Progress_is_thinned_out_and_always_ends()
    {
        var port = new FakePort();

        _bus.Run(
            port,
            () =>
            {
                for (int i = 0; i < 1_000; i++)
                {
                    _bus.Report(new ProgressInfo(0, "Working", $"{i}"));
                    _bus.Report(new ProgressInfo(1, "Reading", $"{i}"));
                }

                return Task.CompletedTask;
            },
            _cancel);

        Assert.InRange(port.Shown.Count, 4, 100);
        Assert.Equal([1, 0], port.Shown.Where(each => each.IsDone).Select(each => each.Id));
        Assert.Equal("999", port.Shown.Last(each => each is { Id: 0, IsDone: false }).Status);
    }

    [Fact]
    public void Workers_can_have_the_pipeline_thread_do_something()
    {
        int thread = 0;

        Exception? failure = _bus.Run(
            new FakePort(),
            () => _bus.Ask(_ => thread = Environment.CurrentManagedThreadId),
            _cancel);

        Assert.Null(failure);
        Assert.Equal(Environment.CurrentManagedThreadId, thread);
    }

    [Fact]
    public void What_it_throws_then_is_the_workers_concern()
    {
        Exception? failure = _bus.Run(
            new FakePort(), () => _bus.Ask(_ => throw new InvalidDataException("no")), _cancel);

        Assert.IsType<InvalidDataException>(failure);
    }

    [Fact]
    public void Who_asks_a_pipeline_that_has_stopped_gets_no_answer_but_is_not_left_waiting()
    {
        bool isRefused = false;
        var port = new FakePort { OnEmit = _ => throw new InvalidOperationException("stopped") };

        Assert.Throws<InvalidOperationException>(() => _bus.Run(
            port,
            async () =>
            {
                _bus.Emit(1);
                try
                {
                    await _bus.Ask(_ => { });
                }
                catch (OperationCanceledException)
                {
                    isRefused = true;
                }
            },
            _cancel));

        Assert.True(isRefused);
    }

    [Fact]
    public void What_comes_when_the_work_is_done_is_dropped()
    {
        _bus.Run(new FakePort(), () => Task.CompletedTask, _cancel);

        _bus.Emit("late");
    }

    [Fact]
    public void The_pipeline_thread_can_work_along()
    {
        using var produced = new SemaphoreSlim(0);
        var port = new FakePort();

        Exception? failure = _bus.Run(
            port,
            async () =>
            {
                await produced.WaitAsync(_cancel.Token);
                _bus.Emit("consumed");
            },
            _cancel,
            foreground: () => produced.Release());

        Assert.Null(failure);
        Assert.Equal(["consumed"], port.Emitted);
    }

    private async Task EmitAsync(int count)
    {
        await Task.Yield();
        for (int i = 0; i < count; i++)
        {
            _bus.Emit(i);
        }
    }
}
