using Backup.Engine;

namespace Backup.PowerShell.Output;

/// <summary>What was counted; what the mode does not count is 0.</summary>
public sealed class BackupStatistics
{
    internal BackupStatistics(StatsResult result, string repository)
    {
        Repository = repository;
        Mode = result.Mode;
        SnapshotCount = result.Snapshots;
        FileCount = result.TotalFileCount;
        BlobCount = result.TotalBlobCount;
        TotalSize = (long)result.TotalSize;
        UncompressedSize = (long)result.TotalUncompressedSize;
        CompressionRatio = result.CompressionRatio;
        SpaceSaving = result.CompressionSpaceSaving;
    }

    /// <summary>What was counted.</summary>
    public StatsMode Mode { get; }

    /// <summary>Snapshots looked at.</summary>
    public long SnapshotCount { get; }

    /// <summary>Files and, for RestoreSize, everything else that restoring would make.</summary>
    public long FileCount { get; }

    /// <summary>Blobs.</summary>
    public long BlobCount { get; }

    /// <summary>Bytes.</summary>
    public long TotalSize { get; }

    /// <summary>Bytes of all blobs, were they not compressed (RawData).</summary>
    public long UncompressedSize { get; }

    /// <summary>How much larger the compressed blobs were before.</summary>
    public double CompressionRatio { get; }

    /// <summary>What compression saves, in percent.</summary>
    public double SpaceSaving { get; }

    /// <summary>Where the repository is.</summary>
    public string Repository { get; }
}
