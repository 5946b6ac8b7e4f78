using Backup.Engine;

namespace Backup.PowerShell.Output;

/// <summary>The state of some paths at one point in time.</summary>
public sealed class BackupSnapshot : IComparable<BackupSnapshot>, IComparable
{
    internal BackupSnapshot(Snapshot snapshot, string repository)
    {
        SnapshotId = snapshot.Id.ToString();
        ShortId = snapshot.Id.ToShortString();
        Time = snapshot.Time.ToDateTimeOffset();
        HostName = snapshot.Hostname;
        UserName = snapshot.Username;
        // Lists are arrays: of others PowerShell takes [0] for the list itself.
        Paths = snapshot.Paths.ToArray();
        Tags = snapshot.Tags.ToArray();
        Excludes = snapshot.Excludes.ToArray();
        TreeId = snapshot.Tree.ToString();
        ParentId = snapshot.Parent?.ToString();
        OriginalId = snapshot.Original?.ToString();
        ProgramVersion = snapshot.ProgramVersion;
        IsIncomplete = snapshot.Tags.Contains(Snapshot.IncompleteTag);
        Repository = repository;
        if (snapshot.Summary is { } summary)
        {
            FileCount = (long)summary.TotalFilesProcessed;
            TotalSize = (long)summary.TotalBytesProcessed;
            DataAdded = (long)summary.DataAdded;
            DataStored = (long)summary.DataAddedPacked;
            Duration = summary.BackupEnd.ToDateTimeOffset() - summary.BackupStart.ToDateTimeOffset();
        }
    }

    /// <summary>64 hexadecimal digits.</summary>
    public string SnapshotId { get; }

    /// <summary>The first eight of them.</summary>
    public string ShortId { get; }

    /// <summary>When the backup was made.</summary>
    public DateTimeOffset Time { get; }

    /// <summary>The host it was made on.</summary>
    public string HostName { get; }

    /// <summary>Who made it.</summary>
    public string UserName { get; }

    /// <summary>The absolute paths that were backed up.</summary>
    public IReadOnlyList<string> Paths { get; }

    /// <summary>Labels.</summary>
    public IReadOnlyList<string> Tags { get; }

    /// <summary>The exclude patterns in force.</summary>
    public IReadOnlyList<string> Excludes { get; }

    /// <summary>Files looked at; null for snapshots of programs that don't record it.</summary>
    public long? FileCount { get; }

    /// <summary>Bytes in those files; null for snapshots of programs that don't record it.</summary>
    public long? TotalSize { get; }

    /// <summary>Bytes that were new, before compression.</summary>
    public long? DataAdded { get; }

    /// <summary>Bytes that were new, as stored.</summary>
    public long? DataStored { get; }

    /// <summary>How long the backup took.</summary>
    public TimeSpan? Duration { get; }

    /// <summary>The root tree.</summary>
    public string TreeId { get; }

    /// <summary>The snapshot that unchanged files were taken from.</summary>
    public string? ParentId { get; }

    /// <summary>The first id of a snapshot that was rewritten, say with other tags.</summary>
    public string? OriginalId { get; }

    /// <summary>The program that made it.</summary>
    public string ProgramVersion { get; }

    /// <summary>Whether an interrupted backup left it.</summary>
    public bool IsIncomplete { get; }

    /// <summary>Where the repository is.</summary>
    public string Repository { get; }

    /// <summary>Orders by time.</summary>
    public int CompareTo(BackupSnapshot? other) => other is null ? 1 : Time.CompareTo(other.Time);

    /// <inheritdoc/>
    int IComparable.CompareTo(object? obj) => CompareTo(obj as BackupSnapshot);

    /// <inheritdoc/>
    public override string ToString() => ShortId;
}
