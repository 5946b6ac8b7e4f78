namespace Backup.Sidecar.Jobs;

/// <summary>Items of a configuration store of Dapr. They stand in the snapshot as one document, <c>/configuration/STORE.json</c>.</summary>
internal sealed record ConfigurationRequest
{
    /// <summary>The component.</summary>
    public string Store { get; set; } = "";

    /// <summary>Which items; none: all, where the store can list them.</summary>
    public IReadOnlyList<string> Keys { get; set; } = [];

    /// <summary>A configured application, whose manifest names items of this store, too.</summary>
    public string? Application { get; init; }
}
