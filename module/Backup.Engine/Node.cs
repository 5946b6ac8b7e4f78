namespace Backup.Engine;

/// <summary>
/// An entry of a tree: a file, directory or other item with its metadata. What the fields mean on disk is in
/// restic's design document, «Trees and Data».
/// </summary>
public sealed record Node
{
    /// <summary>
    /// The last part of the path. Bytes that are not UTF-8 stand as lone low surrogates U+DC80 … U+DCFF
    /// (see <see cref="FileName"/>).
    /// </summary>
    public required string Name { get; init; }

    /// <summary>What it is.</summary>
    public required NodeType Type { get; init; }

    /// <summary>Permissions and kind as Go's <c>fs.FileMode</c> bits (not as Unix's <c>st_mode</c>).</summary>
    public uint Mode { get; init; }

    /// <summary>When the content last changed.</summary>
    public Timestamp ModTime { get; init; }

    /// <summary>When it was last read; equal to <see cref="ModTime"/> unless asked for.</summary>
    public Timestamp AccessTime { get; init; }

    /// <summary>When content or metadata last changed.</summary>
    public Timestamp ChangeTime { get; init; }

    /// <summary>Owner.</summary>
    public uint Uid { get; init; }

    /// <summary>Group.</summary>
    public uint Gid { get; init; }

    /// <summary>The owner's name, empty if unknown.</summary>
    public string User { get; init; } = "";

    /// <summary>The group's name, empty if unknown.</summary>
    public string Group { get; init; } = "";

    /// <summary>Inode number.</summary>
    public ulong Inode { get; init; }

    /// <summary>The file system's device number. (restic can be told to keep it for hard links only; it does not by default.)</summary>
    public ulong DeviceId { get; init; }

    /// <summary>Bytes of content (files only).</summary>
    public ulong Size { get; init; }

    /// <summary>How many hard links there are; 0 for directories and pipes, of which it is not recorded.</summary>
    public ulong Links { get; init; }

    /// <summary>Where a symbolic link leads; bytes that are not UTF-8 as in <see cref="Name"/>.</summary>
    public string LinkTarget { get; init; } = "";

    /// <summary>Extended attributes in the order in which the system lists them.</summary>
    public IReadOnlyList<ExtendedAttribute> ExtendedAttributes { get; init; } = [];

    /// <summary>
    /// Attributes of one operating system by name (<c>windows.creation_time</c> …); the values are raw JSON.
    /// </summary>
    public IReadOnlyDictionary<string, ReadOnlyMemory<byte>>? GenericAttributes { get; init; }

    /// <summary>The device number of a device node.</summary>
    public ulong Device { get; init; }

    /// <summary>The data blobs that make up the content in order, or null where there is no content (not a file).</summary>
    public IReadOnlyList<BlobId>? Content { get; init; }

    /// <summary>A directory's tree.</summary>
    public BlobId? Subtree { get; init; }

    /// <summary>What went wrong when it was archived; empty as a rule.</summary>
    public string Error { get; init; } = "";
}
