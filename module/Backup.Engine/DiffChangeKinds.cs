namespace Backup.Engine;

/// <summary>How an item differs between two snapshots.</summary>
[Flags]
public enum DiffChangeKinds
{
    /// <summary>It does not.</summary>
    None = 0,

    /// <summary>Only the second has it.</summary>
    Added = 1,

    /// <summary>Only the first has it.</summary>
    Removed = 2,

    /// <summary>It is of another type, a link where a file was.</summary>
    Type = 4,

    /// <summary>A file's content differs.</summary>
    Content = 8,

    /// <summary>With <see cref="Content"/>: all metadata, even the time of the last change, is the same. The disk may be failing.</summary>
    Bitrot = 16,

    /// <summary>Metadata differ.</summary>
    Metadata = 32,
}
