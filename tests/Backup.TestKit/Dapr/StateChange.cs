namespace Backup.TestKit.Dapr;

/// <summary>A write or removal as it reaches the database.</summary>
internal sealed record StateChange(string FullKey)
{
    public byte[] Value { get; init; } = [];

    public string? ETag { get; init; }

    public bool IsFirstWrite { get; init; }

    public bool IsLastWrite { get; init; }

    /// <summary>Seconds; null or below one for ever.</summary>
    public int? Ttl { get; init; }

    public bool IsDelete { get; init; }
}
