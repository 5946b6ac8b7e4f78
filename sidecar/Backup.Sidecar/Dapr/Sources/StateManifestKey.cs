namespace Backup.Sidecar.Dapr.Sources;

/// <summary>A key of a state store in a snapshot.</summary>
/// <param name="Key">The key.</param>
/// <param name="File">The file that has its value, beside the others.</param>
/// <param name="Size">The value's bytes.</param>
internal sealed record StateManifestKey(string Key, string File, long Size)
{
    /// <summary>Its version then.</summary>
    public string? ETag { get; init; }

    /// <summary>When it ends, if the store tells; Redis does not.</summary>
    public DateTimeOffset? Expires { get; init; }
}
