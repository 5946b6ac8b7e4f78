using Backup.TestKit.Dapr;
using Backup.TestKit.Dapr.Bindings;

namespace Backup.Sidecar.Tests.Dapr.Destinations;

[Trait("Category", "Slow")]
public sealed class DecodingAzureBlobBackendTests(SharedDapr shared) : BindingBackendContract(shared)
{
    protected override BindingDouble NewBinding() => new AzureBlobBinding { DecodeBase64 = true };
}
