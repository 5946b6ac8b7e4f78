namespace Backup.Engine;

/// <summary>What to write out of a snapshot.</summary>
public sealed record DumpOptions
{
    /// <summary>The snapshot and, after a colon, the folder that counts as its root: see <see cref="SnapshotPath"/>.</summary>
    public required string Snapshot { get; init; }

    /// <summary>Those that <c>latest</c> is taken from.</summary>
    public SnapshotFilter Filter { get; init; } = new();

    /// <summary>The file, which is written as it is, or the folder, which becomes an archive.</summary>
    public required string Path { get; init; }

    /// <summary>What a folder becomes.</summary>
    public DumpFormat Format { get; init; }

    /// <summary>Refuse folders, for example because the destination is a terminal.</summary>
    public bool FilesOnly { get; init; }
}
