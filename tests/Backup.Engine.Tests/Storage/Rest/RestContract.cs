using Backup.Engine.Storage;

namespace Backup.Engine.Tests.Storage.Rest;

/// <summary>The contract of a backend at a place of its own on a server, each test at another one.</summary>
internal sealed class RestContract(string location, ConnectionOptions? connection = null) : BackendContract
{
    /// <inheritdoc/>
    protected override bool SavesExclusively => false;

    /// <inheritdoc/>
    protected override IBackend Open() => BackendFactory.Open(new RepositoryOptions
    {
        Location = location.Replace("{new}", Guid.NewGuid().ToString("N"), StringComparison.Ordinal),
        Connection = connection ?? new ConnectionOptions(),
        Time = new ShortWaits(),
    });
}
