namespace Backup.Sidecar.Dapr;

/// <summary>What a state store has for a key.</summary>
/// <param name="Key">The key as it was asked for.</param>
/// <param name="Value">The bytes as they are stored; null if there is no such key.</param>
/// <param name="ETag">The version, opaque; empty if there is no such key, or the store has none.</param>
/// <param name="Metadata">What the store tells besides, such as <c>ttlExpireTime</c> (RFC 3339).</param>
internal sealed record StateEntry(string Key, byte[]? Value, string ETag, IReadOnlyDictionary<string, string> Metadata)
{
    /// <summary>Why the store could not read this one of several keys; null if it could.</summary>
    public string? Error { get; init; }
}
