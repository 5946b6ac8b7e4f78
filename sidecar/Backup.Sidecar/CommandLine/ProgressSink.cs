namespace Backup.Sidecar.CommandLine;

/// <summary>Hands progress on at once and in order. (<see cref="Progress{T}"/> would post it to the thread pool.)</summary>
internal sealed class ProgressSink<T>(Action<T> report) : IProgress<T>
{
    private readonly Lock _gate = new();

    public void Report(T value)
    {
        lock (_gate)
        {
            report(value);
        }
    }
}
