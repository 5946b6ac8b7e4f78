namespace Backup.Sidecar.Dapr;

/// <summary>A component that daprd has loaded.</summary>
internal sealed record DaprComponent
{
    public string Name { get; init; } = "";

    /// <summary>Such as <c>state.redis</c>.</summary>
    public string Type { get; init; } = "";

    public string Version { get; init; } = "";

    /// <summary>Such as <c>ETAG</c>, <c>OUTPUT_BINDING</c>.</summary>
    public IReadOnlyList<string> Capabilities { get; init; } = [];
}
