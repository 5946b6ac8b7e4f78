namespace Backup.Engine.Restoring;

/// <summary>How far a directory of a restore is.</summary>
internal enum DirectoryState
{
    /// <summary>Nothing in it was chosen yet: it may not be needed.</summary>
    Planned,

    /// <summary>It was there before; entries may have predecessors.</summary>
    Existing,

    /// <summary>This restore made it: it holds nothing that it did not put there.</summary>
    New,

    /// <summary>A dry run would make it.</summary>
    Imagined,

    /// <summary>It can't be made; what is in it is not restored.</summary>
    Refused,
}
