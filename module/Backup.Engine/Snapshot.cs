namespace Backup.Engine;

/// <summary>The state of some paths at one point in time. Format: restic's design document, «Snapshots».</summary>
public sealed record Snapshot
{
    /// <summary>
    /// The tag of a snapshot that an interrupted backup left, so that the next one need not read again what was
    /// stored. It is not complete, is never «latest», and the next backup of the same paths removes it.
    /// </summary>
    public const string IncompleteTag = "backup-incomplete";

    /// <summary>The file's name, known once it is stored.</summary>
    public SnapshotId Id { get; init; }

    /// <summary>When the backup was made.</summary>
    public required Timestamp Time { get; init; }

    /// <summary>The snapshot that unchanged files were taken from.</summary>
    public SnapshotId? Parent { get; init; }

    /// <summary>The root tree.</summary>
    public required BlobId Tree { get; init; }

    /// <summary>The absolute paths that were backed up.</summary>
    public required IReadOnlyList<string> Paths { get; init; }

    /// <summary>The host it was made on.</summary>
    public string Hostname { get; init; } = "";

    /// <summary>The user who made it.</summary>
    public string Username { get; init; } = "";

    /// <summary>That user's id.</summary>
    public uint Uid { get; init; }

    /// <summary>That user's group id.</summary>
    public uint Gid { get; init; }

    /// <summary>The exclude patterns in force.</summary>
    public IReadOnlyList<string> Excludes { get; init; } = [];

    /// <summary>Labels.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>The first id of a snapshot that was rewritten, say with other tags.</summary>
    public SnapshotId? Original { get; init; }

    /// <summary>The program that made it, such as <c>backup 0.1.0</c>.</summary>
    public string ProgramVersion { get; init; } = "";

    /// <summary>Counts of the backup that made it; older snapshots have none.</summary>
    public SnapshotSummary? Summary { get; init; }

    /// <summary>Whether it is what an interrupted backup left: see <see cref="IncompleteTag"/>.</summary>
    internal bool IsIncomplete => Tags.Contains(IncompleteTag);
}
