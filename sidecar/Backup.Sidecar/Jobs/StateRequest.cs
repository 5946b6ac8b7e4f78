namespace Backup.Sidecar.Jobs;

/// <summary>Keys of a state store of Dapr. They stand in the snapshot as <c>/state/STORE/KEY</c>, with their versions in <c>/state/STORE.json</c>.</summary>
internal sealed record StateRequest
{
    /// <summary>The component; for another application's keys one that has its <c>keyPrefix</c>.</summary>
    public string Store { get; set; } = "";

    /// <summary>Which keys: Dapr can't list them.</summary>
    public IReadOnlyList<string> Keys { get; set; } = [];

    /// <summary>A configured application, whose manifest names keys of this store, too.</summary>
    public string? Application { get; init; }

    /// <summary>
    /// A query of Dapr's alpha API as JSON, such as <c>{"filter":{}}</c> for all, where the store can be asked: it finds keys whatever
    /// their prefix, and those of others can't be read.
    /// </summary>
    public string? Query { get; init; }
}
