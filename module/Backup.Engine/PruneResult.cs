namespace Backup.Engine;

/// <summary>What pruning did, or would do.</summary>
public sealed record PruneResult
{
    /// <summary>Blobs.</summary>
    public PruneAmounts Blobs { get; init; } = new();

    /// <summary>Bytes in packs.</summary>
    public PruneAmounts Bytes { get; init; } = new();

    /// <summary>Packs.</summary>
    public PrunePackCounts Packs { get; init; } = new();

    /// <summary>Bytes of packs that stay and hold something that is not compressed.</summary>
    public long UncompressedBytes { get; init; }

    /// <summary>Packs that are marked for removal, in two phases. Those that are marked now count as removed in the other numbers.</summary>
    public PruneMarks Marks { get; init; } = new();

    /// <summary>Whether nothing was changed because only the outcome was asked for.</summary>
    public bool IsDryRun { get; init; }

    /// <summary>Whether all was done that was to be done, within <see cref="PruneOptions.MaxDuration"/>.</summary>
    public bool IsComplete { get; init; } = true;

    /// <summary>What a dry run found out, to be done later.</summary>
    public PrunePlan? Plan { get; init; }

    /// <summary>From start to end.</summary>
    public TimeSpan Elapsed { get; init; }
}
