namespace Backup.Sidecar.Jobs;

/// <summary>
/// Items of a configuration store to bring back: through an output binding that reaches the same database, since Dapr can't write
/// configuration, or else into a file, which is the restore's target.
/// </summary>
internal sealed record ConfigurationRestoreRequest
{
    /// <summary>The store that they were backed up from.</summary>
    public string Store { get; set; } = "";

    /// <summary>Only these; none: all that are in the snapshot.</summary>
    public IReadOnlyList<string> Keys { get; set; } = [];

    /// <summary>A component of the type <c>bindings.redis</c> or <c>bindings.postgresql</c>.</summary>
    public string? Binding { get; init; }

    /// <summary>The table of the configuration, where the binding is PostgreSQL.</summary>
    public string? Table { get; init; }

    /// <summary>What the file is.</summary>
    public ConfigurationFormat Format { get; init; }

    /// <summary>The name of the ConfigMap; none: that of the store.</summary>
    public string? Name { get; init; }

    /// <summary>The namespace of the ConfigMap; none: wherever it is applied.</summary>
    public string? Namespace { get; init; }
}
