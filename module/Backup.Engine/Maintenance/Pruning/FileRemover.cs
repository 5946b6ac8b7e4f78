using Backup.Engine.Repositories;

namespace Backup.Engine.Maintenance.Pruning;

/// <summary>Removes files that nobody needs.</summary>
/// <param name="repository">Where they are.</param>
/// <param name="scope">The lock under which that may be done.</param>
internal sealed class FileRemover(OpenedRepository repository, LockScope scope)
{
    private long _done;

    /// <summary>Files removed.</summary>
    public long Done => Interlocked.Read(ref _done);

    /// <summary>Removes files. All are tried, then the first failure is thrown.</summary>
    /// <param name="files">The files.</param>
    /// <param name="isOver">Whether the rest is left to a later run; null: never.</param>
    public async Task RemoveAsync(IEnumerable<FileHandle> files, Func<bool>? isOver = null)
    {
        BackendException? failure = null;
        await Parallel.ForEachAsync(
            files,
            new ParallelOptions { MaxDegreeOfParallelism = repository.Backend.Connections, CancellationToken = scope.Token },
            async (file, token) =>
            {
                if (isOver?.Invoke() == true)
                {
                    return;
                }

                try
                {
                    scope.ThrowIfLost();
                    await repository.Backend.DeleteAsync(file, token).ConfigureAwait(false);
                    Interlocked.Increment(ref _done);
                }
                catch (BackendException exception)
                {
                    Interlocked.CompareExchange(ref failure, exception, null);
                }
            }).ConfigureAwait(false);
        if (failure is not null)
        {
            throw new BackendException(
                $"Not everything that is superfluous could be removed: {failure.Message} Nothing is lost by it; prune again when that is put right.",
                failure.IsTransient,
                failure);
        }
    }
}
