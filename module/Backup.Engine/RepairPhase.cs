namespace Backup.Engine;

/// <summary>What a repair is doing.</summary>
public enum RepairPhase
{
    /// <summary>Reads index files.</summary>
    Index,

    /// <summary>Reads packs, or their lists of blobs.</summary>
    Packs,

    /// <summary>Follows the trees of snapshots.</summary>
    Trees,

    /// <summary>Removes what was replaced.</summary>
    Removing,
}
