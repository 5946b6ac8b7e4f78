using Backup.Engine;

namespace Backup.Sidecar.Operations;

/// <summary>
/// Locks that somebody left who died: stale after 30 minutes, or at once if it was a process of this machine. At a terminal people
/// remove them; nobody sits at a service, whose every prune would fail from then on.
/// </summary>
internal static class LeftLocks
{
    /// <summary>Removes those that are stale.</summary>
    public static async Task TryRemoveAsync(Repository repository, CancellationToken cancellationToken)
    {
        try
        {
            await repository.UnlockAsync(removeAll: false, cancellationToken);
        }
        catch (BackendException)
        {
            // Whoever is kept out by one that can't be removed hears of that.
        }
    }

    /// <summary>Does something that needs a lock first. If that can't be had, but what keeps us out has become stale meanwhile, once more.</summary>
    public static async Task<T> PassAsync<T>(Repository repository, Func<Task<T>> action, CancellationToken cancellationToken)
    {
        try
        {
            return await action();
        }
        catch (RepositoryLockedException)
        {
            if (await repository.UnlockAsync(removeAll: false, cancellationToken) == 0)
            {
                throw;
            }
        }

        return await action();
    }
}
