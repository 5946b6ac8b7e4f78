namespace Backup.Engine.Trees;

/// <summary>The fields of a node in a tree.</summary>
internal enum NodeField
{
    /// <summary>Not one of ours.</summary>
    Unknown,

    /// <summary>«name».</summary>
    Name,

    /// <summary>«type».</summary>
    Type,

    /// <summary>«mode».</summary>
    Mode,

    /// <summary>«mtime».</summary>
    ModTime,

    /// <summary>«atime».</summary>
    AccessTime,

    /// <summary>«ctime».</summary>
    ChangeTime,

    /// <summary>«uid».</summary>
    Uid,

    /// <summary>«gid».</summary>
    Gid,

    /// <summary>«user».</summary>
    User,

    /// <summary>«group».</summary>
    Group,

    /// <summary>«inode».</summary>
    Inode,

    /// <summary>«device_id».</summary>
    DeviceId,

    /// <summary>«size».</summary>
    Size,

    /// <summary>«links».</summary>
    Links,

    /// <summary>«linktarget».</summary>
    LinkTarget,

    /// <summary>«linktarget_raw».</summary>
    LinkTargetRaw,

    /// <summary>«extended_attributes».</summary>
    ExtendedAttributes,

    /// <summary>«generic_attributes».</summary>
    GenericAttributes,

    /// <summary>«device».</summary>
    Device,

    /// <summary>«content».</summary>
    Content,

    /// <summary>«subtree».</summary>
    Subtree,

    /// <summary>«error».</summary>
    Error,
}
