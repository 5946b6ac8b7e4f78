using Backup.Engine;

namespace Backup.PowerShell.Output;

/// <summary>What was removed, or in a dry run would be.</summary>
public sealed class OptimizeResult
{
    internal OptimizeResult(PruneResult result, string repository)
    {
        Repository = repository;
        IsDryRun = result.IsDryRun;
        SizeBefore = result.Bytes.Total;
        SizeRemoved = result.Bytes.RemoveTotal;
        SizeAfter = result.Bytes.Remaining;
        SizeRepacked = result.Bytes.Repack;
        UnusedAfter = result.Bytes.RemainingUnused;
        BlobsRemoved = result.Blobs.RemoveTotal;
        PacksRemoved = result.Packs.RemoveTotal;
        PacksRepacked = result.Packs.Repack;
        Duration = result.Elapsed;
    }

    /// <summary>Where the repository is.</summary>
    public string Repository { get; }

    /// <summary>Whether nothing was changed because of -WhatIf.</summary>
    public bool IsDryRun { get; }

    /// <summary>Bytes in packs before.</summary>
    public long SizeBefore { get; }

    /// <summary>Bytes that were removed.</summary>
    public long SizeRemoved { get; }

    /// <summary>Bytes in packs afterwards.</summary>
    public long SizeAfter { get; }

    /// <summary>Bytes in packs that were written anew, to leave out a part of them.</summary>
    public long SizeRepacked { get; }

    /// <summary>Bytes that no snapshot needs and that stay nevertheless.</summary>
    public long UnusedAfter { get; }

    /// <summary>Blobs that were removed.</summary>
    public long BlobsRemoved { get; }

    /// <summary>Packs that were removed as a whole.</summary>
    public long PacksRemoved { get; }

    /// <summary>Packs that were written anew.</summary>
    public long PacksRepacked { get; }

    /// <summary>From start to end.</summary>
    public TimeSpan Duration { get; }
}
