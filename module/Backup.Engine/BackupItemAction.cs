namespace Backup.Engine;

/// <summary>What became of an item of a backup.</summary>
public enum BackupItemAction
{
    /// <summary>The parent did not have it.</summary>
    New,

    /// <summary>It differs from the parent's.</summary>
    Changed,

    /// <summary>It is as in the parent.</summary>
    Unchanged,

    /// <summary>A rule excluded it.</summary>
    Excluded,

    /// <summary>It could not be read, or not for certain.</summary>
    Skipped,
}
