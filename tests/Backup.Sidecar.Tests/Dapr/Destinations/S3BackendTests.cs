using Backup.TestKit.Dapr;
using Backup.TestKit.Dapr.Bindings;

namespace Backup.Sidecar.Tests.Dapr.Destinations;

public sealed class S3BackendTests(SharedDapr shared) : BindingBackendContract(shared)
{
    protected override BindingDouble NewBinding() => new S3Binding();
}
