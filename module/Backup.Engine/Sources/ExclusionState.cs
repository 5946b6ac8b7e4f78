namespace Backup.Engine.Sources;

/// <summary>What the <see cref="Exclusions"/> need to know of a directory to judge its entries. Used by one walk.</summary>
internal sealed class ExclusionState
{
    private Dictionary<TagFile, bool>? _marks;

    /// <summary>The directory's absolute path.</summary>
    public required string Directory { get; init; }

    /// <summary>Whether nothing in it is backed up, because it is in a directory that never is.</summary>
    public bool IsInExcludedDirectory { get; init; }

    /// <summary>How far the patterns that ignore case have come.</summary>
    public required FilterFolder Insensitive { get; init; }

    /// <summary>How far the other patterns have come.</summary>
    public required FilterFolder Sensitive { get; init; }

    /// <summary>The file system to stay on; null: any.</summary>
    public ulong? AllowedDevice { get; init; }

    /// <summary>Whether the directory itself is on another one: it is a mount point.</summary>
    public bool IsElsewhere { get; init; }

    /// <summary>The directory's entries, sorted; null where they are not known.</summary>
    public NameList? Names { get; init; }

    /// <summary>Whether the directory has this mark.</summary>
    public bool IsMarked(TagFile tag, IFileSystem fileSystem)
    {
        _marks ??= [];
        if (!_marks.TryGetValue(tag, out bool isMarked))
        {
            isMarked = tag.Marks(fileSystem, Directory, Names);
            _marks.Add(tag, isMarked);
        }

        return isMarked;
    }
}
