namespace Backup.Engine;

/// <summary>Counts of a backup, as stored in its snapshot.</summary>
public sealed record SnapshotSummary
{
    /// <summary>When reading began.</summary>
    public Timestamp BackupStart { get; init; }

    /// <summary>When the last byte was stored.</summary>
    public Timestamp BackupEnd { get; init; }

    /// <summary>Files that the parent did not have.</summary>
    public ulong FilesNew { get; init; }

    /// <summary>Files that differ from the parent's.</summary>
    public ulong FilesChanged { get; init; }

    /// <summary>Files as in the parent.</summary>
    public ulong FilesUnmodified { get; init; }

    /// <summary>Directories that the parent did not have.</summary>
    public ulong DirsNew { get; init; }

    /// <summary>Directories that differ from the parent's.</summary>
    public ulong DirsChanged { get; init; }

    /// <summary>Directories as in the parent.</summary>
    public ulong DirsUnmodified { get; init; }

    /// <summary>New data blobs.</summary>
    public long DataBlobs { get; init; }

    /// <summary>New tree blobs.</summary>
    public long TreeBlobs { get; init; }

    /// <summary>Bytes in new blobs, before compression.</summary>
    public ulong DataAdded { get; init; }

    /// <summary>Bytes in new blobs as stored: compressed and sealed.</summary>
    public ulong DataAddedPacked { get; init; }

    /// <summary>Files looked at.</summary>
    public ulong TotalFilesProcessed { get; init; }

    /// <summary>Bytes in those files.</summary>
    public ulong TotalBytesProcessed { get; init; }
}
