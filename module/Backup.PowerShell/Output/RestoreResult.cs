using Backup.Engine;

namespace Backup.PowerShell.Output;

/// <summary>The outcome of a restore.</summary>
public sealed class RestoreResult
{
    internal RestoreResult(RestoreSummary summary, string repository, bool isAnyRefused)
    {
        Repository = repository;
        SnapshotId = summary.Snapshot.Id.ToString();
        Destination = summary.Target;
        Status = summary.ErrorCount == 0 && !isAnyRefused ? BackupStatus.Succeeded : BackupStatus.Partial;
        IsDryRun = summary.IsDryRun;
        ItemCount = summary.Items;
        FilesRestored = summary.FilesRestored;
        FilesUpdated = summary.FilesUpdated;
        FilesUnchanged = summary.FilesUnchanged;
        ItemsKept = summary.ItemsKept;
        ItemsDeleted = summary.ItemsDeleted;
        FilesVerified = summary.FilesVerified;
        TotalSize = summary.BytesTotal;
        DataRestored = summary.BytesRestored;
        DataFetched = summary.BytesFetched;
        ErrorCount = summary.ErrorCount;
        Notes = summary.Notes.ToArray();
        NoteCount = summary.NoteCount;
        Duration = summary.Elapsed;
    }

    /// <summary>Whether everything that was chosen is there.</summary>
    public BackupStatus Status { get; }

    /// <summary>What was restored from.</summary>
    public string SnapshotId { get; }

    /// <summary>Where the repository is.</summary>
    public string Repository { get; }

    /// <summary>The full path of the folder that was restored into.</summary>
    public string Destination { get; }

    /// <summary>Whether nothing was written because of -WhatIf.</summary>
    public bool IsDryRun { get; }

    /// <summary>Files, folders and others that were chosen.</summary>
    public long ItemCount { get; }

    /// <summary>Files that were not there and are now.</summary>
    public long FilesRestored { get; }

    /// <summary>Files that were there with other content and were replaced.</summary>
    public long FilesUpdated { get; }

    /// <summary>Files that were there with the same content.</summary>
    public long FilesUnchanged { get; }

    /// <summary>What existed and was left alone.</summary>
    public long ItemsKept { get; }

    /// <summary>What the snapshot doesn't have and was deleted.</summary>
    public long ItemsDeleted { get; }

    /// <summary>Files that were read back and compared.</summary>
    public long FilesVerified { get; }

    /// <summary>Bytes of all chosen files.</summary>
    public long TotalSize { get; }

    /// <summary>Bytes of the files restored and updated.</summary>
    public long DataRestored { get; }

    /// <summary>Bytes read from the repository for it.</summary>
    public long DataFetched { get; }

    /// <summary>How many items could not be restored.</summary>
    public long ErrorCount { get; }

    /// <summary>What was restored less one detail, such as an owner that only root can set; the first 10,000.</summary>
    public IReadOnlyList<RestoreIssue> Notes { get; }

    /// <summary>How many of those there were.</summary>
    public long NoteCount { get; }

    /// <summary>From start to end.</summary>
    public TimeSpan Duration { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Status} {Destination}";
}
