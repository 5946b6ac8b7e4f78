namespace Backup.Engine;

/// <summary>What was counted; what the mode does not count is 0.</summary>
public sealed record StatsResult
{
    /// <summary>What was counted.</summary>
    public StatsMode Mode { get; init; }

    /// <summary>Snapshots looked at.</summary>
    public long Snapshots { get; init; }

    /// <summary>Bytes.</summary>
    public ulong TotalSize { get; init; }

    /// <summary>Files and, for <see cref="StatsMode.RestoreSize"/>, everything else that restoring would make.</summary>
    public long TotalFileCount { get; init; }

    /// <summary>Blobs.</summary>
    public long TotalBlobCount { get; init; }

    /// <summary>Bytes of all blobs, were they not compressed (<see cref="StatsMode.RawData"/>).</summary>
    public ulong TotalUncompressedSize { get; init; }

    /// <summary>Bytes of the compressed ones among them.</summary>
    public ulong TotalCompressedBlobsSize { get; init; }

    /// <summary>Bytes of the compressed ones among them, were they not.</summary>
    public ulong TotalCompressedBlobsUncompressedSize { get; init; }

    /// <summary>How much larger the compressed blobs were before; 0 if there are none.</summary>
    public double CompressionRatio => TotalCompressedBlobsSize == 0
        ? 0
        : (double)TotalCompressedBlobsUncompressedSize / TotalCompressedBlobsSize;

    /// <summary>Which part of the data is compressed, in percent.</summary>
    public double CompressionProgress => TotalUncompressedSize == 0
        ? 0
        : 100.0 * TotalCompressedBlobsUncompressedSize / TotalUncompressedSize;

    /// <summary>What compression saves, in percent.</summary>
    public double CompressionSpaceSaving => TotalUncompressedSize == 0
        ? 0
        : 100.0 * (1 - ((double)TotalSize / TotalUncompressedSize));
}
