using Backup.Engine;
using Backup.Sidecar.Hosting;

namespace Backup.Sidecar.Operations;

/// <summary>An opened repository for one request. Unless all went well it is closed afterwards, not used again.</summary>
/// <param name="repository">The repository, owned until the end.</param>
/// <param name="name">Its name in the configuration.</param>
/// <param name="isNew">Whether it was opened for this request, whose traffic that is, too.</param>
/// <param name="giveBack">Takes it for the next request.</param>
internal sealed class RepositoryLease(Repository repository, string name, bool isNew, Action<Repository> giveBack) : IAsyncDisposable
{
    private readonly BackendTraffic _before = isNew ? default : repository.Traffic;
    private bool _isGood;

    public Repository Repository => repository;

    /// <summary>All went well.</summary>
    public void Keep() => _isGood = true;

    public ValueTask DisposeAsync()
    {
        Telemetry.CountTraffic(name, _before, repository.Traffic);
        if (!_isGood)
        {
            return repository.DisposeAsync();
        }

        giveBack(repository);
        return ValueTask.CompletedTask;
    }
}
