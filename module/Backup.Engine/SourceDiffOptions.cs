namespace Backup.Engine;

/// <summary>Which files on the disk to compare with which snapshot.</summary>
public sealed record SourceDiffOptions
{
    /// <summary>
    /// The files, as for a backup. What the snapshot's own exclude patterns leave out is left out here, too. If
    /// <see cref="Snapshot"/> names a folder: one path, whose entries are compared with those of that folder.
    /// </summary>
    public required FileSystemSourceOptions Files { get; init; }

    /// <summary>
    /// The snapshot and, after a colon, a folder in it: see <see cref="SnapshotPath"/>. Null: the newest one that was made of
    /// all the paths, or of folders above them.
    /// </summary>
    public string? Snapshot { get; init; }

    /// <summary>Those that <c>latest</c>, or the newest one, is taken from.</summary>
    public SnapshotFilter Filter { get; init; } = new();

    /// <summary>Report differences of modes, owners, times of change and attributes, too.</summary>
    public bool Metadata { get; init; }

    /// <summary>Hears of each difference, one at a time, in no order; «before» is what the snapshot has, «after» what the disk has.</summary>
    public Action<DiffChange>? Changed { get; init; }

    /// <summary>Hears of each path that could not be compared, and why; one at a time, in no order.</summary>
    public Action<string, string>? Uncompared { get; init; }
}
