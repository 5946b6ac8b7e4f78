using Backup.TestKit.Dapr;
using Backup.TestKit.Dapr.Bindings;

namespace Backup.Sidecar.Tests.Dapr.Destinations;

[Trait("Category", "Slow")]
public sealed class GcsBackendTests(SharedDapr shared) : BindingBackendContract(shared)
{
    protected override BindingDouble NewBinding() => new GcsBinding();
}
