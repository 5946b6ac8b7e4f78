namespace Backup.Engine;

/// <summary>Packs, by how they are used and by what becomes of them.</summary>
public sealed record PrunePackCounts
{
    /// <summary>Holding nothing but what is needed.</summary>
    public long Used { get; init; }

    /// <summary>Holding also what is not needed.</summary>
    public long PartlyUsed { get; init; }

    /// <summary>Holding nothing that is needed.</summary>
    public long Unused { get; init; }

    /// <summary>In no index.</summary>
    public long Unreferenced { get; init; }

    /// <summary>Packs that stay.</summary>
    public long Keep { get; init; }

    /// <summary>Packs that are written anew.</summary>
    public long Repack { get; init; }

    /// <summary>Packs of the index that are removed as a whole.</summary>
    public long Remove { get; init; }

    /// <summary>All that there are before.</summary>
    public long Total => Used + PartlyUsed + Unused + Unreferenced;

    /// <summary>All that are removed without being written anew.</summary>
    public long RemoveTotal => Unreferenced + Remove;
}
