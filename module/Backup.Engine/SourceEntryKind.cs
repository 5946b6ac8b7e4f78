namespace Backup.Engine;

/// <summary>What a source says with one of its entries.</summary>
public enum SourceEntryKind
{
    /// <summary>A file, link, device …: anything but a directory.</summary>
    Item,

    /// <summary>A directory begins; its entries follow, ordered by <see cref="FileName.Comparer"/>.</summary>
    DirectoryStart,

    /// <summary>The innermost open directory is complete.</summary>
    DirectoryEnd,

    /// <summary>Something that should be in the backup could not be read.</summary>
    Skipped,

    /// <summary>Something was left out on purpose. Only told when asked for.</summary>
    Excluded,
}
