namespace Backup.Engine;

/// <summary>Which snapshots to compare.</summary>
public sealed record DiffOptions
{
    /// <summary>The older one and, after a colon, the folder that counts as its root: see <see cref="SnapshotPath"/>.</summary>
    public required string From { get; init; }

    /// <summary>The newer one, likewise.</summary>
    public required string To { get; init; }

    /// <summary>Those that <c>latest</c> is taken from.</summary>
    public SnapshotFilter Filter { get; init; } = new();

    /// <summary>Report changes of metadata, too.</summary>
    public bool Metadata { get; init; }

    /// <summary>Hears of each change, in the order of the paths, on one thread; null: only the sums are of interest.</summary>
    public Action<DiffChange>? Changed { get; init; }

    /// <summary>Hears of each folder that can't be read; the comparison goes on. Null: the first one is thrown.</summary>
    public Action<UnreadableFolder>? Unreadable { get; init; }
}
