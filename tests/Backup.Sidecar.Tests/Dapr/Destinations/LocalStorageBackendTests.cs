using Backup.TestKit.Dapr;
using Backup.TestKit.Dapr.Bindings;

namespace Backup.Sidecar.Tests.Dapr.Destinations;

public sealed class LocalStorageBackendTests(SharedDapr shared) : BindingBackendContract(shared)
{
    protected override BindingDouble NewBinding() => new LocalStorageBinding();
}
