namespace Backup.Engine;

/// <summary>How far a backup is. Reported a few times a second.</summary>
public sealed record BackupProgress
{
    /// <summary>Files done.</summary>
    public long FilesDone { get; init; }

    /// <summary>Bytes of files done, read or found unchanged.</summary>
    public long BytesDone { get; init; }

    /// <summary>Files in total; a lower bound until <see cref="IsScanComplete"/>.</summary>
    public long FilesTotal { get; init; }

    /// <summary>Bytes in total; a lower bound until <see cref="IsScanComplete"/>.</summary>
    public long BytesTotal { get; init; }

    /// <summary>Whether the totals are final.</summary>
    public bool IsScanComplete { get; init; }

    /// <summary>Entries skipped so far.</summary>
    public int Skipped { get; init; }

    /// <summary>Files that are being read.</summary>
    public IReadOnlyList<string> CurrentFiles { get; init; } = [];

    /// <summary>Time since the start.</summary>
    public TimeSpan Elapsed { get; init; }
}
