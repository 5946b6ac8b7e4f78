namespace Backup.Sidecar.Jobs;

/// <summary>Keys to bring back into a state store.</summary>
internal sealed record StateRestoreRequest
{
    /// <summary>The store that they were backed up from.</summary>
    public string Store { get; set; } = "";

    /// <summary>The store that they go to; none: the same.</summary>
    public string? TargetStore { get; init; }

    /// <summary>Only these keys; none: all that are in the snapshot.</summary>
    public IReadOnlyList<string> Keys { get; set; } = [];

    /// <summary>Only keys that begin with this; together with <see cref="NewPrefix"/> that is what is replaced.</summary>
    public string? Prefix { get; init; }

    /// <summary>What stands in place of <see cref="Prefix"/> in the names of the restored keys.</summary>
    public string? NewPrefix { get; init; }

    public StateRestoreMode Mode { get; init; }
}
