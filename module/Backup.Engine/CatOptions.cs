namespace Backup.Engine;

/// <summary>Which object to look at.</summary>
public sealed record CatOptions
{
    /// <summary>Its kind.</summary>
    public required CatKind Kind { get; init; }

    /// <summary>
    /// Its id or the beginning of it; for snapshots and trees also <c>latest</c> and, for trees, a folder after a colon
    /// (see <see cref="SnapshotPath"/>). Empty for the config and the master key.
    /// </summary>
    public string Id { get; init; } = "";

    /// <summary>Those that <c>latest</c> is taken from.</summary>
    public SnapshotFilter Filter { get; init; } = new();
}
