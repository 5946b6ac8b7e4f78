namespace Backup.Sidecar.Operations;

/// <summary>Hands on the engine's reports at once, on the thread that made them.</summary>
internal sealed class ProgressTo<T>(Action<T> report) : IProgress<T>
{
    public void Report(T value) => report(value);
}
