using System.Collections.Concurrent;
using Backup.Sidecar.Jobs;

namespace Backup.Sidecar.Operations;

/// <summary>
/// What needs a repository for itself, such as removing snapshots and pruning, is done by one job after the other, here and on all
/// replicas: they queue, where the repository's own locks would make all but one fail after a while. Those locks are taken all the
/// same, since others use the repository, too.
/// </summary>
internal sealed class RepositoryTurns(IJobClaims claims)
{
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _queues = new(StringComparer.Ordinal);

    /// <summary>Waits until it is a job's turn.</summary>
    /// <param name="job">The job; it is running.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Ends the turn.</returns>
    public async Task<IAsyncDisposable> TakeAsync(BackupJob job, CancellationToken cancellationToken)
    {
        SemaphoreSlim queue = _queues.GetOrAdd(job.Repository, _ => new SemaphoreSlim(1));
        await queue.WaitAsync(cancellationToken);
        try
        {
            return new Turn(queue, await claims.TakeTurnAsync(job, cancellationToken));
        }
        catch
        {
            queue.Release();
            throw;
        }
    }

    private sealed class Turn(SemaphoreSlim queue, IAsyncDisposable among) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            try
            {
                await among.DisposeAsync();
            }
            finally
            {
                queue.Release();
            }
        }
    }
}
