namespace Backup.Sidecar.Dapr;

/// <summary>A key to write or, in a transaction, to remove.</summary>
/// <param name="Key">The key; no <c>||</c> in it.</param>
/// <param name="Value">The bytes, stored as they are. Lent for the call. Of no meaning where the key is removed.</param>
internal sealed record StateWrite(string Key, ReadOnlyMemory<byte> Value = default)
{
    /// <summary>The version that must still be there; null for any.</summary>
    public string? ETag { get; init; }

    /// <summary>How it is written.</summary>
    public StateOptions? Options { get; init; }

    /// <summary>Such as <c>ttlInSeconds</c>.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>Whether the key is removed instead: in transactions.</summary>
    public bool IsDelete { get; init; }
}
