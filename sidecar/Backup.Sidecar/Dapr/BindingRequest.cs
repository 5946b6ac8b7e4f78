namespace Backup.Sidecar.Dapr;

/// <summary>What an output binding is asked to do.</summary>
/// <param name="BindingName">The component.</param>
/// <param name="Operation">Such as <c>create</c>; case matters.</param>
internal sealed record BindingRequest(string BindingName, string Operation)
{
    /// <summary>The bytes that the component gets as they are. Lent for the call.</summary>
    public ReadOnlyMemory<byte> Data { get; init; }

    /// <summary>What the operation wants to know, such as the object's name.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether doing it twice is as good as once. Not so for what counts, moves or takes away what it reads.</summary>
    public bool IsRepeatable => Operation is "create" or "get" or "list" or "delete" && !Metadata.ContainsKey("delete");
}
