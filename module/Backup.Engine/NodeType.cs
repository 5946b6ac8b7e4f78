namespace Backup.Engine;

/// <summary>What an entry of a tree is. The names in the repository are in <c>TreeEncoder</c>.</summary>
public enum NodeType : byte
{
    /// <summary>A regular file («file»).</summary>
    File,

    /// <summary>A directory («dir»).</summary>
    Directory,

    /// <summary>A symbolic link («symlink»).</summary>
    Symlink,

    /// <summary>A block device («dev»).</summary>
    BlockDevice,

    /// <summary>A character device («chardev»).</summary>
    CharacterDevice,

    /// <summary>A named pipe («fifo»).</summary>
    Fifo,

    /// <summary>A socket («socket»). Never written: a socket without its process is of no use.</summary>
    Socket,

    /// <summary>Something else («irregular»).</summary>
    Irregular,
}
