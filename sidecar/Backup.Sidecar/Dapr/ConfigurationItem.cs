namespace Backup.Sidecar.Dapr;

/// <summary>An item of a configuration store.</summary>
internal sealed record ConfigurationItem
{
    public string Value { get; init; } = "";

    public string Version { get; init; } = "";

    public IReadOnlyDictionary<string, string>? Metadata { get; init; }
}
