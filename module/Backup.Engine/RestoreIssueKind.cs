namespace Backup.Engine;

/// <summary>What kind of thing went wrong with one item of a restore.</summary>
public enum RestoreIssueKind
{
    /// <summary>The name is no file name here, or one that leads elsewhere: the item is not restored.</summary>
    NameRefused,

    /// <summary>The snapshot has two items of this name in one directory: only the first is restored.</summary>
    Duplicate,

    /// <summary>Something in the target stands in the way, such as a link where a directory belongs.</summary>
    InTheWay,

    /// <summary>The repository lacks data of the item, or they are damaged or contradict each other.</summary>
    Damaged,

    /// <summary>The target refused to take the item or its content.</summary>
    WriteFailed,

    /// <summary>Something about the item, such as its owner, could not be set.</summary>
    MetadataIncomplete,

    /// <summary>What was read back differs from the snapshot.</summary>
    VerifyFailed,

    /// <summary>Something in the target could not be deleted.</summary>
    DeleteFailed,

    /// <summary>This system, or this user, can't make such an item.</summary>
    NotSupported,
}
