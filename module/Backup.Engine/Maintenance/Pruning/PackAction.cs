namespace Backup.Engine.Maintenance.Pruning;

/// <summary>What becomes of a pack.</summary>
internal enum PackAction
{
    /// <summary>It stays.</summary>
    Keep,

    /// <summary>What is used of it goes into new packs, then it is removed.</summary>
    Repack,

    /// <summary>It is removed.</summary>
    Remove,
}
