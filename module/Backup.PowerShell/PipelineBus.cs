using System.Collections.Concurrent;

namespace Backup.PowerShell;

/// <summary>
/// Brings what worker threads report to the pipeline thread, the only one that may write. It holds nothing of PowerShell's.
/// </summary>
/// <param name="stop">Cancelled when the pipeline stops.</param>
internal sealed class PipelineBus(CancellationToken stop) : IDisposable
{
    private const int Interval = 200; // milliseconds: PowerShell's console repaints no more often

    // Costs what 256 objects of the output cost. Workers wait when it is full: the back-pressure.
    private readonly BlockingCollection<Action<ICmdletPort>> _queue = new(boundedCapacity: 256);
    private readonly ConcurrentDictionary<int, ProgressInfo> _latest = new();
    private readonly ConcurrentDictionary<TaskCompletionSource, bool> _asked = new();
    private readonly HashSet<int> _shown = [];
    private volatile bool _isBroken;
    private long _due;

    /// <summary>Queues a message. For workers; waits while too many are queued. When the work is done it is dropped.</summary>
    /// <exception cref="OperationCanceledException">The pipeline stops.</exception>
    public void Post(Action<ICmdletPort> message)
    {
        try
        {
            _queue.Add(message, stop);
        }
        catch (InvalidOperationException)
        {
            // A straggler, such as the last line that a program printed as it ended: nobody listens any more.
        }
    }

    /// <summary>Hands an object down the pipeline.</summary>
    public void Emit(object value) => Post(port => port.Emit(value));

    /// <summary>Says what went wrong with one item.</summary>
    public void Fail(Fault fault) => Post(port => port.Fail(fault));

    /// <summary>Says a decision.</summary>
    public void Verbose(string text) => Post(port => port.Verbose(text));

    /// <summary>Says what is surprising, but done.</summary>
    public void Warn(string text) => Post(port => port.Warn(text));

    /// <summary>Shows how far it is: the latest wins. Never waits.</summary>
    public void Report(ProgressInfo progress) => _latest[progress.Id] = progress;

    /// <summary>Has the pipeline thread do something, and waits until it is done. For workers.</summary>
    /// <returns>A task that fails with what was thrown, or is cancelled if the pipeline stops before it is done.</returns>
    public Task Ask(Action<ICmdletPort> action)
    {
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _asked[answer] = true;
        try
        {
            _queue.Add(
                port =>
                {
                    try
                    {
                        action(port);
                        answer.TrySetResult();
                    }
                    catch (Exception exception)
                    {
                        answer.TrySetException(exception);
                    }
                },
                stop);
        }
        catch (OperationCanceledException)
        {
            answer.TrySetCanceled(stop);
        }

        if (_isBroken)
        {
            answer.TrySetCanceled(CancellationToken.None);
        }

        return answer.Task;
    }

    /// <summary>
    /// Runs work on other threads and hands on what it says until it is done. Called by the pipeline thread.
    /// </summary>
    /// <param name="port">Where it is handed to.</param>
    /// <param name="work">The work.</param>
    /// <param name="cancel">Cancels the work, which is then waited for: it must release its locks.</param>
    /// <param name="foreground">
    /// What the pipeline thread does meanwhile, such as running a script block; messages wait. What it throws ends the work.
    /// </param>
    /// <returns>What the work threw, or null. What the port throws is thrown, untouched.</returns>
    public Exception? Run(ICmdletPort port, Func<Task> work, CancellationTokenSource cancel, Action? foreground = null)
    {
        Task task = Task.Run(
            async () =>
            {
                try
                {
                    await work().ConfigureAwait(false);
                }
                finally
                {
                    _queue.CompleteAdding();
                }
            },
            CancellationToken.None);
        try
        {
            foreground?.Invoke();
            Pump(port);
        }
        catch
        {
            _isBroken = true; // from now on this thread does nothing any more that is asked of it
            cancel.Cancel();
            foreach (TaskCompletionSource answer in _asked.Keys)
            {
                answer.TrySetCanceled(CancellationToken.None);
            }

            ((IAsyncResult)task).AsyncWaitHandle.WaitOne();
            _ = task.Exception; // seen; the pipeline's own end is what counts
            throw;
        }

        try
        {
            task.GetAwaiter().GetResult();
            return null;
        }
        catch (Exception exception)
        {
            return exception;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _queue.Dispose();

    private void Pump(ICmdletPort port)
    {
        while (!_queue.IsCompleted)
        {
            if (_queue.TryTake(out Action<ICmdletPort>? message, Interval))
            {
                message(port);
            }

            if (Environment.TickCount64 >= _due)
            {
                Flush(port);
            }
        }

        Flush(port);
        foreach (int id in _shown.OrderDescending())
        {
            port.Progress(new ProgressInfo(id, "Done", "Done") { IsDone = true });
        }
    }

    private void Flush(ICmdletPort port)
    {
        _due = Environment.TickCount64 + Interval;
        foreach (int id in _latest.Keys.Order())
        {
            if (_latest.TryRemove(id, out ProgressInfo? progress))
            {
                _shown.Add(id);
                port.Progress(progress);
            }
        }
    }
}
