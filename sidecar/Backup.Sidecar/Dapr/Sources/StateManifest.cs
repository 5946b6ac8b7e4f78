namespace Backup.Sidecar.Dapr.Sources;

/// <summary>What is known of a state store's keys besides their values: the document beside them in a snapshot.</summary>
internal sealed record StateManifest
{
    /// <summary>The component.</summary>
    public required string Store { get; init; }

    /// <summary>When the keys were read.</summary>
    public required DateTimeOffset Time { get; init; }

    public required IReadOnlyList<StateManifestKey> Keys { get; init; }
}
