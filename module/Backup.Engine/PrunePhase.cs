namespace Backup.Engine;

/// <summary>What pruning is about.</summary>
public enum PrunePhase
{
    /// <summary>Reading the index and the list of packs.</summary>
    Index,

    /// <summary>Following the trees of all snapshots.</summary>
    Trees,

    /// <summary>Writing what is used of packs anew.</summary>
    Repack,

    /// <summary>Writing index files anew.</summary>
    SaveIndex,

    /// <summary>Removing packs.</summary>
    Remove,
}
