using Backup.Engine;

namespace Backup.Sidecar.Operations;

/// <summary>An opened repository for one request. Unless all went well it is closed afterwards, not used again.</summary>
/// <param name="repository">The repository, owned until the end.</param>
/// <param name="giveBack">Takes it for the next request.</param>
internal sealed class RepositoryLease(Repository repository, Action<Repository> giveBack) : IAsyncDisposable
{
    private bool _isGood;

    public Repository Repository => repository;

    /// <summary>All went well.</summary>
    public void Keep() => _isGood = true;

    public ValueTask DisposeAsync()
    {
        if (!_isGood)
        {
            return repository.DisposeAsync();
        }

        giveBack(repository);
        return ValueTask.CompletedTask;
    }
}
