using Backup.Engine;

namespace Backup.PowerShell.Output;

/// <summary>A file, folder or other item of a snapshot. What FileInfo has, too, is named as there.</summary>
public sealed class BackupItem : IComparable<BackupItem>, IComparable
{
    private readonly Node? _node;

    internal BackupItem(string path, Node? node, SnapshotId snapshot, string repository)
    {
        _node = node;
        Path = path;
        SnapshotId = snapshot.ToString();
        Repository = repository;
    }

    /// <summary>The absolute path in the snapshot, parts separated by <c>/</c>.</summary>
    public string Path { get; }

    /// <summary>The last part of the path; <c>/</c> for the root.</summary>
    public string Name => _node?.Name ?? "/";

    /// <summary>What it is.</summary>
    public NodeType Type => _node?.Type ?? NodeType.Directory;

    /// <summary>Whether it can have items in it.</summary>
    public bool IsContainer => Type == NodeType.Directory;

    /// <summary>Bytes of content; null for what is no file.</summary>
    public long? Length => _node is { Type: NodeType.File } file ? (long)file.Size : null;

    /// <summary>When the content last changed; null for the root.</summary>
    public DateTimeOffset? LastWriteTime => _node?.ModTime.ToDateTimeOffset();

    /// <summary>When it was last read, as far as that is recorded.</summary>
    public DateTimeOffset? LastAccessTime => _node?.AccessTime.ToDateTimeOffset();

    /// <summary>When content or metadata last changed.</summary>
    public DateTimeOffset? ChangeTime => _node?.ChangeTime.ToDateTimeOffset();

    /// <summary>Kind and permissions in letters, as <c>ls -l</c> writes them.</summary>
    public string Mode => _node is null ? "" : ModeText.Of(_node);

    /// <summary>The owner: the name, or the number where no name is recorded.</summary>
    public string User => _node is null ? "" : NameOr(_node.User, _node.Uid);

    /// <summary>The group, likewise.</summary>
    public string Group => _node is null ? "" : NameOr(_node.Group, _node.Gid);

    /// <summary>Where a symbolic link leads; else null.</summary>
    public string? LinkTarget => _node is { Type: NodeType.Symlink } link ? link.LinkTarget : null;

    /// <summary>The snapshot.</summary>
    public string SnapshotId { get; }

    /// <summary>Where the repository is.</summary>
    public string Repository { get; }

    /// <summary>The item as the engine has it; null for the root.</summary>
    internal Node? Node => _node;

    /// <summary>Orders by path.</summary>
    public int CompareTo(BackupItem? other) => other is null ? 1 : FileName.Compare(Path, other.Path);

    /// <inheritdoc/>
    int IComparable.CompareTo(object? obj) => CompareTo(obj as BackupItem);

    /// <inheritdoc/>
    public override string ToString() => Path;

    private static string NameOr(string name, uint id) =>
        name.Length > 0 ? name : id.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
