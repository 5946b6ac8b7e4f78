namespace Backup.Sidecar.CommandLine;

/// <summary>
/// Hands progress on at once, one call at a time. (<see cref="Progress{T}"/> would post it to the thread pool.) The engine
/// reports from a timer: the last report may come when the operation has returned, and nobody would catch what it throws.
/// </summary>
internal sealed class ProgressSink<T>(Action<T> report) : IProgress<T>, IDisposable
{
    private readonly Lock _gate = new();
    private bool _isClosed;

    public void Report(T value)
    {
        lock (_gate)
        {
            if (_isClosed)
            {
                return;
            }

            try
            {
                report(value);
            }
            catch (IOException)
            {
                _isClosed = true; // who watched has gone; the work goes on, and its result is still told
            }
        }
    }

    /// <summary>Ends it: when this returns, nothing is being handed on, and nothing will be.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isClosed = true;
        }
    }
}
