namespace Backup.Engine;

/// <summary>What a check can find. The names are stable.</summary>
public enum CheckProblemKind
{
    /// <summary>An index file can't be read: damaged, truncated or gone.</summary>
    IndexUnreadable,

    /// <summary>Index files disagree about what a pack contains.</summary>
    IndexContradictory,

    /// <summary>Hint: several index files list the same pack.</summary>
    PackIndexedTwice,

    /// <summary>Hint: a pack contains both trees and data.</summary>
    PackMixed,

    /// <summary>A pack that an index lists is not there.</summary>
    PackMissing,

    /// <summary>A pack is not as long as the index says.</summary>
    PackSizeWrong,

    /// <summary>Hint: no index lists this pack: the leftover of an interrupted backup, or just being written.</summary>
    PackNotIndexed,

    /// <summary>A pack could not be read.</summary>
    PackUnreadable,

    /// <summary>A pack's content does not have the hash that is its name.</summary>
    PackHashWrong,

    /// <summary>A pack's header can't be opened or parsed.</summary>
    PackHeaderUnreadable,

    /// <summary>A pack's header and the index disagree, or the index leaves gaps or overlaps in it.</summary>
    PackHeaderDiffers,

    /// <summary>A blob in a pack can't be opened or decompressed, or does not have the content that its id names.</summary>
    BlobDamaged,

    /// <summary>A snapshot can't be read: damaged, truncated or gone.</summary>
    SnapshotUnreadable,

    /// <summary>A tree that a snapshot or folder needs is in no index.</summary>
    TreeMissing,

    /// <summary>A tree can't be read or parsed.</summary>
    TreeUnreadable,

    /// <summary>An entry of a tree makes no sense: no or an unsafe name, the wrong order, no content, no subtree …</summary>
    NodeInvalid,

    /// <summary>Data of a file are in no index.</summary>
    BlobMissing,

    /// <summary>Folders are nested deeper than a file system can have them.</summary>
    TreeTooDeep,

    /// <summary>The config file can't be read or parsed, or has changed since the repository was opened.</summary>
    ConfigUnreadable,

    /// <summary>A key file can't be read or parsed.</summary>
    KeyUnreadable,

    /// <summary>Files of a kind can't be listed.</summary>
    ListingFailed,
}
