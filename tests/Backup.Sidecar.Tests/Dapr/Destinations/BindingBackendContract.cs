using Backup.Engine;
using Backup.Sidecar.Dapr.Destinations;
using Backup.TestKit.Dapr;

namespace Backup.Sidecar.Tests.Dapr.Destinations;

/// <summary>What every backend has to do, over an output binding.</summary>
public abstract class BindingBackendContract(SharedDapr shared) : BackendContract, IClassFixture<SharedDapr>
{
    private readonly string _path = "tests/" + Guid.NewGuid().ToString("n");

    /// <summary>The component.</summary>
    protected abstract BindingDouble NewBinding();

    protected override IBackend Open()
    {
        shared.Dapr.Bindings.TryAdd("repo", NewBinding());
        return new BindingBackend(shared.Client, "repo", _path);
    }
}
