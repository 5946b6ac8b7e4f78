using Backup.Engine;

namespace Backup.PowerShell.Output;

/// <summary>What copying snapshots came to, or in a dry run would come to.</summary>
public sealed class CopyResult
{
    internal CopyResult(CopySummary summary, string source, string destination)
    {
        Repository = destination;
        SourceRepository = source;
        SnapshotId = summary.Copied.Select(copied => copied.Copy?.ToString()).OfType<string>().ToArray();
        SourceSnapshotId = summary.Copied.Select(copied => copied.Source.Id.ToString()).ToArray();
        SnapshotsPresent = summary.AlreadyThere;
        RemovedSnapshotId = summary.Removed.Select(removed => removed.ToString()).ToArray();
        BlobsCopied = summary.Blobs;
        SizeCopied = summary.Bytes;
        IsDryRun = summary.IsDryRun;
        Duration = summary.Elapsed;
    }

    /// <summary>Where the snapshots are now.</summary>
    public string Repository { get; }

    /// <summary>Where they come from.</summary>
    public string SourceRepository { get; }

    /// <summary>The ids of the copies, oldest first; none in a dry run.</summary>
    public IReadOnlyList<string> SnapshotId { get; }

    /// <summary>The ids of the snapshots that were copied, in the same order.</summary>
    public IReadOnlyList<string> SourceSnapshotId { get; }

    /// <summary>Snapshots that were there already.</summary>
    public long SnapshotsPresent { get; }

    /// <summary>Snapshots that were removed where the others are now, because the source has them no longer (Sync-BackupRepository -Delete).</summary>
    public IReadOnlyList<string> RemovedSnapshotId { get; }

    /// <summary>Blobs that were not there before.</summary>
    public long BlobsCopied { get; }

    /// <summary>Bytes of those blobs, as they are stored.</summary>
    public long SizeCopied { get; }

    /// <summary>Whether nothing was stored because of -WhatIf.</summary>
    public bool IsDryRun { get; }

    /// <summary>From start to end.</summary>
    public TimeSpan Duration { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{SourceSnapshotId.Count} copied";
}
