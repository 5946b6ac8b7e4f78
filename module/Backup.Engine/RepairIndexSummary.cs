namespace Backup.Engine;

/// <summary>What repairing the index came to, or would come to.</summary>
public sealed record RepairIndexSummary
{
    /// <summary>Index files that could not be read.</summary>
    public IReadOnlyList<Digest> DamagedIndexes { get; init; } = [];

    /// <summary>Packs that no index file listed and that are listed now.</summary>
    public IReadOnlyList<PackId> AddedPacks { get; init; } = [];

    /// <summary>Packs of which the index said something wrong, now listed as they are.</summary>
    public IReadOnlyList<PackId> CorrectedPacks { get; init; } = [];

    /// <summary>Packs that were listed but are not there any more.</summary>
    public IReadOnlyList<PackId> MissingPacks { get; init; } = [];

    /// <summary>
    /// Packs whose own list of blobs can't be read, so they are no longer listed. What the index knew of their blobs
    /// and could be read was stored anew; the files themselves are left to a repair of packs or to pruning.
    /// </summary>
    public IReadOnlyList<PackRepair> UnreadablePacks { get; init; } = [];

    /// <summary>Index files written.</summary>
    public long IndexesSaved { get; init; }

    /// <summary>Index files removed because others replace them.</summary>
    public long IndexesRemoved { get; init; }

    /// <summary>Whether there was anything to do.</summary>
    public bool HasChanges => DamagedIndexes.Count + AddedPacks.Count + CorrectedPacks.Count + MissingPacks.Count
        + UnreadablePacks.Count + IndexesSaved + IndexesRemoved > 0;

    /// <summary>Whether nothing was changed, only found out.</summary>
    public bool IsDryRun { get; init; }

    /// <summary>From start to end.</summary>
    public TimeSpan Elapsed { get; init; }
}
