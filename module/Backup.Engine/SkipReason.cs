namespace Backup.Engine;

/// <summary>Why something is not, or not for certain, in a backup.</summary>
public enum SkipReason
{
    /// <summary>It was there when the directory was listed and gone when it was to be read.</summary>
    Vanished,

    /// <summary>The system refused access.</summary>
    AccessDenied,

    /// <summary>Reading failed.</summary>
    ReadFailed,

    /// <summary>It changed while it was read, each time: what is stored may be a mixture.</summary>
    Changed,

    /// <summary>A path that was asked for does not exist.</summary>
    NotFound,

    /// <summary>Stored, but some of its metadata could not be read.</summary>
    MetadataIncomplete,

    /// <summary>
    /// The parent snapshot's record of a directory is damaged. The directory itself was read again and is complete.
    /// </summary>
    ParentDamaged,
}
