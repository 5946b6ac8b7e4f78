namespace Backup.Engine;

/// <summary>What to list of a snapshot.</summary>
public sealed record ListOptions
{
    /// <summary>The snapshot and, after a colon, the folder that counts as its root: see <see cref="SnapshotPath"/>.</summary>
    public required string Snapshot { get; init; }

    /// <summary>Those that <c>latest</c> is taken from.</summary>
    public SnapshotFilter Filter { get; init; } = new();

    /// <summary>Absolute paths: they themselves and, if they are folders, what is in them; empty: the root.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

    /// <summary>Go into subfolders.</summary>
    public bool Recursive { get; init; }

    /// <summary>Hears of each folder that can't be read; the rest is listed. Null: the first one is thrown.</summary>
    public Action<UnreadableFolder>? Unreadable { get; init; }
}
