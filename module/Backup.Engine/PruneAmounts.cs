namespace Backup.Engine;

/// <summary>Blobs, or bytes of blobs in packs, by what becomes of them.</summary>
public sealed record PruneAmounts
{
    /// <summary>Needed by snapshots, each once.</summary>
    public long Used { get; init; }

    /// <summary>Further copies of what is needed.</summary>
    public long Duplicate { get; init; }

    /// <summary>Needed by no snapshot.</summary>
    public long Unused { get; init; }

    /// <summary>In packs that no index lists. How many blobs that are is not known.</summary>
    public long Unreferenced { get; init; }

    /// <summary>In packs that are written anew.</summary>
    public long Repack { get; init; }

    /// <summary>Of those, what is left out.</summary>
    public long RepackRemove { get; init; }

    /// <summary>In packs of the index that are removed as a whole.</summary>
    public long Remove { get; init; }

    /// <summary>All that there is before.</summary>
    public long Total => Used + Duplicate + Unused + Unreferenced;

    /// <summary>All that is removed.</summary>
    public long RemoveTotal => Remove + RepackRemove + Unreferenced;

    /// <summary>All that there is afterwards.</summary>
    public long Remaining => Total - RemoveTotal;

    /// <summary>What is neither needed nor removed.</summary>
    public long RemainingUnused => Duplicate + Unused - Remove - RepackRemove;
}
