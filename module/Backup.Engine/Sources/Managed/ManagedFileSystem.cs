using System.Globalization;

namespace Backup.Engine.Sources.Managed;

/// <summary>
/// Any system, through .NET alone: no owners, inodes and hard links, times to 100 nanoseconds. On macOS the system itself is
/// asked for those. There are no extended attributes and security descriptors. Thread-safe.
/// </summary>
internal sealed class ManagedFileSystem : IFileSystem
{
    private readonly bool _isWindows = OperatingSystem.IsWindows();
    private readonly UnixAccounts? _accounts = OperatingSystem.IsMacOS() ? new UnixAccounts() : null;

    /// <inheritdoc/>
    public PathSyntax Syntax => PathSyntax.Current;

    /// <inheritdoc/>
    public string WorkingDirectory => Environment.CurrentDirectory;

    /// <summary>An item as .NET sees it; links are not followed.</summary>
    public static FileSystemInfo Look(string path)
    {
        FileSystemInfo item = new FileInfo(path);
        if (item.Attributes.HasFlag(FileAttributes.Directory) && (int)item.Attributes != -1)
        {
            item = new DirectoryInfo(path);
        }

        return (int)item.Attributes != -1 ? item : throw new FileNotFoundException($"Can't look at {path}: there is no such file.", path);
    }

    /// <summary>The status of an item.</summary>
    public FileStatus ToStatus(FileSystemInfo item)
    {
        if (OperatingSystem.IsMacOS())
        {
            return MacStatus.Read(item.FullName);
        }

        NodeType type = item.LinkTarget is not null ? NodeType.Symlink
            : item is DirectoryInfo ? NodeType.Directory
            : NodeType.File;
        UnixTime modTime = ToUnixTime(item.LastWriteTimeUtc);
        return new FileStatus
        {
            Type = type,
            Mode = _isWindows ? WindowsMode(item.Attributes, type) : UnixMode(item, type),
            Size = type == NodeType.File ? ((FileInfo)item).Length : 0,
            ModTime = modTime,
            AccessTime = ToUnixTime(item.LastAccessTimeUtc),
            ChangeTime = modTime, // .NET has no other
        };
    }

    /// <summary>What else is recorded of an item.</summary>
    public EntryDetails ToDetails(FileSystemInfo item) => EntryDetails.None with
    {
        LinkTarget = item.LinkTarget ?? "",
        GenericAttributes = _isWindows ? WindowsAttributes(item.Attributes, item.CreationTimeUtc.ToFileTimeUtc()) : null,
    };

    /// <inheritdoc/>
    public FileStatus ReadStatus(string path, bool followLinks)
    {
        FileSystemInfo item = Look(path);
        return ToStatus(followLinks ? item.ResolveLinkTarget(returnFinalTarget: true) ?? item : item);
    }

    /// <inheritdoc/>
    public DirectoryReader At(string path) => new ManagedDirectory(this, "", [path]);

    /// <inheritdoc/>
    public DirectoryReader OpenDirectory(string path, bool followLinks)
    {
        FileSystemInfo item = Look(path);
        return item is DirectoryInfo && (followLinks || item.LinkTarget is null)
            ? new ManagedDirectory(this, path, Directory.EnumerateFileSystemEntries(path).Select(Syntax.LastPart))
            : throw new DirectoryNotFoundException($"Can't list {path}: it is not a directory.");
    }

    /// <inheritdoc/>
    public byte[] ReadBeginning(string path, int length)
    {
        using FileStream file = File.OpenRead(path);
        byte[] beginning = new byte[length];
        return beginning[..file.ReadAtLeast(beginning, length, throwOnEndOfStream: false)];
    }

    /// <inheritdoc/>
    public SourceContent OpenFile(string path, Node node, NodeFactory nodes)
    {
        FileSystemInfo item = Look(path);
        return ToStatus(item).Type == NodeType.File
            ? new ManagedContent(this, path, node, nodes)
            : throw new IOException($"Can't read {path}: it was a file and is something else now.");
    }

    /// <inheritdoc/>
    public string UserName(uint uid) => _accounts?.UserName(uid) ?? "";

    /// <inheritdoc/>
    public string GroupName(uint gid) => _accounts?.GroupName(gid) ?? "";

    /// <summary>What restic records of Windows' attributes, as it writes them. Security descriptors are not read.</summary>
    public static IReadOnlyDictionary<string, ReadOnlyMemory<byte>> WindowsAttributes(FileAttributes attributes, long creationTime)
    {
        string time = string.Create(
            CultureInfo.InvariantCulture, $$"""{"LowDateTime":{{(uint)creationTime}},"HighDateTime":{{(uint)(creationTime >> 32)}}}""");
        return new Dictionary<string, ReadOnlyMemory<byte>>
        {
            ["windows.creation_time"] = System.Text.Encoding.ASCII.GetBytes(time),
            ["windows.file_attributes"] = System.Text.Encoding.ASCII.GetBytes(((uint)attributes).ToString(CultureInfo.InvariantCulture)),
        };
    }

    /// <summary>The mode that Go makes of Windows' attributes.</summary>
    public static uint WindowsMode(FileAttributes attributes, NodeType type)
    {
        uint permissions = attributes.HasFlag(FileAttributes.ReadOnly) ? 0x124u : 0x1B6u; // r--r--r-- or rw-rw-rw-
        return type switch
        {
            NodeType.Symlink => permissions | GoFileMode.Symlink,
            NodeType.Directory => permissions | 0x49u | GoFileMode.Directory, // and x
            _ => permissions,
        };
    }

    private static uint UnixMode(FileSystemInfo item, NodeType type)
    {
        if (OperatingSystem.IsWindows())
        {
            return 0;
        }

        return type switch
        {
            NodeType.Symlink => GoFileMode.Symlink | 0x1FF, // .NET has no mode of a link that leads nowhere
            NodeType.Directory => GoFileMode.FromUnix(0x4000 | (uint)item.UnixFileMode, out _),
            _ => GoFileMode.FromUnix(0x8000 | (uint)item.UnixFileMode, out _),
        };
    }

    private static UnixTime ToUnixTime(DateTime time)
    {
        Timestamp stamp = Timestamp.From(new DateTimeOffset(time));
        return new UnixTime(stamp.Seconds, stamp.Nanoseconds);
    }
}
