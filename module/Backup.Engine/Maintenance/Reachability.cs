using Backup.Engine.Repositories;

namespace Backup.Engine.Maintenance;

/// <summary>
/// Tells a file that can't be read (a bad sector) from a repository that can't be reached: only the former may be
/// treated as lost.
/// </summary>
internal static class Reachability
{
    /// <summary>Throws the error again if the repository as a whole does not answer.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="error">What went wrong with one of its files.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task ThrowIfAwayAsync(
        OpenedRepository repository, BackendException error, CancellationToken cancellationToken)
    {
        if (error is BackendAccessDeniedException)
        {
            throw error; // whoever may read it reads it
        }

        try
        {
            await repository.Backend.LoadAsync(FileHandle.Config, 1024 * 1024, cancellationToken).ConfigureAwait(false);
        }
        catch (BackendException)
        {
            throw error;
        }
    }
}
