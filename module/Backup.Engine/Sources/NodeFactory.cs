namespace Backup.Engine.Sources;

/// <summary>Makes nodes of what the file system tells: the fields that restic records for each type. Thread-safe.</summary>
internal sealed class NodeFactory
{
    private readonly IFileSystem _fileSystem;
    private readonly LocalZone _zone;
    private readonly bool _withAccessTime;

    /// <summary>Takes names from the file system and offsets from the zone.</summary>
    public NodeFactory(IFileSystem fileSystem, LocalZone zone, bool withAccessTime)
    {
        _fileSystem = fileSystem;
        _zone = zone;
        _withAccessTime = withAccessTime;
    }

    /// <summary>A node without content and subtree.</summary>
    public Node Create(string name, in FileStatus status, in EntryDetails details)
    {
        NodeType type = status.Type;
        bool isDevice = type is NodeType.BlockDevice or NodeType.CharacterDevice;
        Timestamp modTime = ToTimestamp(status.ModTime);
        return new Node
        {
            Name = name,
            Type = type,
            Mode = status.Mode,
            ModTime = modTime,
            AccessTime = _withAccessTime ? ToTimestamp(status.AccessTime) : modTime,
            ChangeTime = ToTimestamp(status.ChangeTime),
            Uid = status.Uid,
            Gid = status.Gid,
            User = _fileSystem.UserName(status.Uid),
            Group = _fileSystem.GroupName(status.Gid),
            Inode = status.Inode,
            DeviceId = status.DeviceId,
            Size = type == NodeType.File ? (ulong)status.Size : 0,
            Links = type is NodeType.File or NodeType.Symlink || isDevice ? status.Links : 0,
            Device = isDevice ? status.Device : 0,
            LinkTarget = details.LinkTarget,
            ExtendedAttributes = details.ExtendedAttributes,
            GenericAttributes = details.GenericAttributes,
        };
    }

    private Timestamp ToTimestamp(UnixTime time) =>
        new(time.Seconds, time.Nanoseconds, _zone.OffsetInMinutes(time.Seconds));
}
