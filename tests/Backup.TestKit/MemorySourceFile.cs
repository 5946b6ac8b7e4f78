using Backup.Engine;

namespace Backup.TestKit;

/// <summary>A file of a <see cref="MemorySource"/>.</summary>
public sealed class MemorySourceFile(byte[] content, Timestamp time)
{
    public byte[] Content { get; set; } = content;

    public Timestamp Time { get; set; } = time;

    /// <summary>Called when the file is opened; may throw as a disk does.</summary>
    public Action? OnOpen { get; set; }

    /// <summary>Called at each read, with how many bytes were read before; may throw as a disk does.</summary>
    public Action<int>? OnRead { get; set; }

    public Node ToNode(string name) => new()
    {
        Name = name,
        Type = NodeType.File,
        Mode = 0x1A4,
        ModTime = Time,
        AccessTime = Time,
        ChangeTime = Time,
        Inode = 1,
        Links = 1,
        Size = (ulong)Content.Length,
    };
}
