using Backup.Engine;

namespace Backup.PowerShell.Output;

/// <summary>The outcome of a backup.</summary>
public sealed class BackupResult
{
    internal BackupResult(BackupSummary summary, string repository, bool isAnyMissing)
    {
        SnapshotSummary counts = summary.Counts;
        Repository = repository;
        SnapshotId = summary.Snapshot?.Id.ToString();
        Snapshot = summary.Snapshot is { } snapshot ? new BackupSnapshot(snapshot, repository) : null;
        ParentId = summary.Parent?.ToString();
        Status = summary.Skipped.Count == 0 && !isAnyMissing ? BackupStatus.Succeeded : BackupStatus.Partial;
        IsDryRun = summary.IsDryRun;
        FilesNew = (long)counts.FilesNew;
        FilesChanged = (long)counts.FilesChanged;
        FilesUnmodified = (long)counts.FilesUnmodified;
        FoldersNew = (long)counts.DirsNew;
        FoldersChanged = (long)counts.DirsChanged;
        FoldersUnmodified = (long)counts.DirsUnmodified;
        FileCount = (long)counts.TotalFilesProcessed;
        TotalSize = (long)counts.TotalBytesProcessed;
        DataAdded = (long)counts.DataAdded;
        DataStored = (long)counts.DataAddedPacked;
        Skipped = summary.Skipped.ToArray();
        Downtime = summary.Downtime;
        Duration = summary.Elapsed;
    }

    internal BackupResult(Fault fault, string repository, bool isDryRun)
    {
        Repository = repository;
        Status = BackupStatus.Failed;
        ErrorId = fault.ErrorId;
        ErrorMessage = fault.Message;
        IsDryRun = isDryRun;
        Skipped = [];
    }

    /// <summary>Whether everything is in the snapshot.</summary>
    public BackupStatus Status { get; }

    /// <summary>The snapshot's id; null for a dry run, or if nothing had changed and no snapshot was wanted then.</summary>
    public string? SnapshotId { get; }

    /// <summary>The snapshot itself, likewise.</summary>
    public BackupSnapshot? Snapshot { get; }

    /// <summary>The snapshot that unchanged files were taken from.</summary>
    public string? ParentId { get; }

    /// <summary>Where the repository is.</summary>
    public string Repository { get; }

    /// <summary>If it failed: the id of the error.</summary>
    public string? ErrorId { get; }

    /// <summary>If it failed: why.</summary>
    public string? ErrorMessage { get; }

    /// <summary>Whether nothing was stored because of -WhatIf.</summary>
    public bool IsDryRun { get; }

    /// <summary>Files that the parent did not have.</summary>
    public long FilesNew { get; }

    /// <summary>Files that differ from the parent's.</summary>
    public long FilesChanged { get; }

    /// <summary>Files as in the parent.</summary>
    public long FilesUnmodified { get; }

    /// <summary>Folders that the parent did not have.</summary>
    public long FoldersNew { get; }

    /// <summary>Folders that differ from the parent's.</summary>
    public long FoldersChanged { get; }

    /// <summary>Folders as in the parent.</summary>
    public long FoldersUnmodified { get; }

    /// <summary>Files looked at.</summary>
    public long FileCount { get; }

    /// <summary>Bytes in those files.</summary>
    public long TotalSize { get; }

    /// <summary>Bytes that were new, before compression.</summary>
    public long DataAdded { get; }

    /// <summary>Bytes that were new, as stored.</summary>
    public long DataStored { get; }

    /// <summary>What could not be read, or not for certain.</summary>
    public IReadOnlyList<SkippedEntry> Skipped { get; }

    /// <summary>How long the application held still; null if it did not.</summary>
    public TimeSpan? Downtime { get; }

    /// <summary>From start to end.</summary>
    public TimeSpan Duration { get; }

    /// <inheritdoc/>
    public override string ToString() => SnapshotId is null ? $"{Status}" : $"{Status} {SnapshotId[..8]}";
}
