namespace Backup.Engine;

/// <summary>What is lost of an item of a snapshot. The names are stable.</summary>
public enum SnapshotLossKind
{
    /// <summary>Parts of a file's content: what is left follows each other in the repaired one, which is shorter.</summary>
    FileDamaged,

    /// <summary>All of a file's content: the repaired one is empty.</summary>
    FileEmptied,

    /// <summary>Everything in a folder, whatever that was: the repaired one is empty.</summary>
    FolderEmptied,

    /// <summary>An entry that made no sense: no or an unsafe name, no known type, or the second of its name.</summary>
    EntryRemoved,

    /// <summary>Nothing of its content, but its size was recorded wrongly.</summary>
    SizeCorrected,

    /// <summary>The whole snapshot: its root folder or its file can't be read.</summary>
    Everything,
}
