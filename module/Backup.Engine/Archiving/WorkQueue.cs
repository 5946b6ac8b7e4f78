using System.Collections.Concurrent;

namespace Backup.Engine.Archiving;

/// <summary>
/// What the workers of a backup have to do. Chunks of large files come first because they hold memory, then
/// directories, which free it, then files.
/// </summary>
internal sealed class WorkQueue : IDisposable
{
    /// <summary>Files that the walk may run ahead of the readers: about 1 KiB each.</summary>
    private const int MaxFiles = 1024;

    private readonly ConcurrentQueue<Func<CancellationToken, Task>> _chunks = new();
    private readonly ConcurrentQueue<Func<CancellationToken, Task>> _directories = new();
    private readonly ConcurrentQueue<Func<CancellationToken, Task>> _files = new();
    private readonly SemaphoreSlim _available = new(0);
    private readonly SemaphoreSlim _fileSlots = new(MaxFiles);
    private readonly int _maxChunks;

    /// <summary>A queue that holds at most so many chunks, each of up to 8 MiB.</summary>
    public WorkQueue(int maxChunks) => _maxChunks = maxChunks;

    /// <summary>Adds a chunk, unless there are enough: then its reader does the work itself.</summary>
    public bool TryAddChunk(Func<CancellationToken, Task> work)
    {
        if (_chunks.Count >= _maxChunks)
        {
            return false;
        }

        _chunks.Enqueue(work);
        _available.Release();
        return true;
    }

    /// <summary>Adds a directory whose children are all done.</summary>
    public void AddDirectory(Func<CancellationToken, Task> work)
    {
        _directories.Enqueue(work);
        _available.Release();
    }

    /// <summary>Adds a file to be read; waits while there are many.</summary>
    public async ValueTask AddFileAsync(Func<CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        await _fileSlots.WaitAsync(cancellationToken).ConfigureAwait(false);
        _files.Enqueue(work);
        _available.Release();
    }

    /// <summary>Does work until there will be no more.</summary>
    public async Task WorkAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await _available.WaitAsync(cancellationToken).ConfigureAwait(false);
            if (_chunks.TryDequeue(out Func<CancellationToken, Task>? work) || _directories.TryDequeue(out work))
            {
                await work(cancellationToken).ConfigureAwait(false);
            }
            else if (_files.TryDequeue(out work))
            {
                _fileSlots.Release();
                await work(cancellationToken).ConfigureAwait(false);
            }
            else
            {
                return; // only after Complete is there less work than was announced
            }
        }
    }

    /// <summary>Lets the workers end. Only when nothing is left to be done.</summary>
    public void Complete(int workers) => _available.Release(workers);

    /// <inheritdoc/>
    public void Dispose()
    {
        _available.Dispose();
        _fileSlots.Dispose();
    }
}
