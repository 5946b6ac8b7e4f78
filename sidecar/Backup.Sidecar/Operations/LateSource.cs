using Backup.Engine;

namespace Backup.Sidecar.Operations;

/// <summary>
/// A source that is read when it is walked, not before: an offline backup must not read what an application has before that
/// holds still. Each walk reads it anew.
/// </summary>
/// <param name="path">What stands for it in the snapshot.</param>
/// <param name="readAsync">Reads it. What it gives is disposed, if it can be, when it is read anew or no longer needed.</param>
internal sealed class LateSource(string path, Func<CancellationToken, Task<IBackupSource>> readAsync) : IBackupSource, IDisposable
{
    private IBackupSource? _source;

    public IReadOnlyList<string> Paths { get; } = [path];

    public IReadOnlyList<string> Excludes => [];

    public IEnumerable<SourceEntry> Walk(CancellationToken cancellationToken)
    {
        Dispose();
        _source = Task.Run(() => readAsync(cancellationToken), cancellationToken).GetAwaiter().GetResult(); // a walk has a thread of its own
        foreach (SourceEntry entry in _source.Walk(cancellationToken))
        {
            yield return entry;
        }
    }

    public SourceContent Open(SourceEntry entry) =>
        _source?.Open(entry) ?? throw new InvalidOperationException("Nothing can be opened before it was walked.");

    public void Dispose()
    {
        (_source as IDisposable)?.Dispose();
        _source = null;
    }
}
