namespace Backup.Engine.Sources;

/// <summary>What one look at an entry tells, in the terms of a <see cref="Node"/>.</summary>
internal readonly record struct FileStatus
{
    /// <summary>What it is.</summary>
    public NodeType Type { get; init; }

    /// <summary>Permissions and kind as Go's <c>fs.FileMode</c>.</summary>
    public uint Mode { get; init; }

    /// <summary>Owner.</summary>
    public uint Uid { get; init; }

    /// <summary>Group.</summary>
    public uint Gid { get; init; }

    /// <summary>The file system's number.</summary>
    public ulong DeviceId { get; init; }

    /// <summary>Inode number.</summary>
    public ulong Inode { get; init; }

    /// <summary>How many hard links there are.</summary>
    public ulong Links { get; init; }

    /// <summary>The number of a device node.</summary>
    public ulong Device { get; init; }

    /// <summary>Bytes; of a link, the length of its target.</summary>
    public long Size { get; init; }

    /// <summary>When the content last changed.</summary>
    public UnixTime ModTime { get; init; }

    /// <summary>When it was last read.</summary>
    public UnixTime AccessTime { get; init; }

    /// <summary>When content or metadata last changed.</summary>
    public UnixTime ChangeTime { get; init; }

    /// <summary>Whether it is a directory.</summary>
    public bool IsDirectory => Type == NodeType.Directory;
}
