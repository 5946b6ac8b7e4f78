namespace Backup.Sidecar.Dapr;

/// <summary>One call of daprd's HTTP API.</summary>
internal sealed record DaprHttpCall
{
    public required HttpMethod Method { get; init; }

    /// <summary>The path behind the address, with its query; names in it are escaped.</summary>
    public required string Path { get; init; }

    /// <summary>What is sent, lent for the call; null for nothing.</summary>
    public ReadOnlyMemory<byte>? Body { get; init; }

    public string ContentType { get; init; } = "application/json";

    /// <summary>Whether doing it twice is as good as once.</summary>
    public bool IsRepeatable { get; init; }

    /// <summary>A call that only reads.</summary>
    public static DaprHttpCall Get(string path) => new() { Method = HttpMethod.Get, Path = path, IsRepeatable = true };
}
