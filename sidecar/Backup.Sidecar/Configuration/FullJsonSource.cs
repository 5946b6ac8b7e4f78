using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Json;

namespace Backup.Sidecar.Configuration;

/// <summary>A JSON file as configuration, in which empty objects are something.</summary>
internal sealed class FullJsonSource : JsonConfigurationSource
{
    public override IConfigurationProvider Build(IConfigurationBuilder builder)
    {
        EnsureDefaults(builder);
        return new FullJsonProvider(this);
    }
}
