namespace Backup.Engine;

/// <summary>What a check is about.</summary>
public enum CheckPhase
{
    /// <summary>Reading snapshots and index files.</summary>
    Index,

    /// <summary>Comparing the list of packs with the index.</summary>
    Packs,

    /// <summary>Following the trees of the snapshots.</summary>
    Trees,

    /// <summary>Reading packs.</summary>
    Data,
}
