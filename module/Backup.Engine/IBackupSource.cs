namespace Backup.Engine;

/// <summary>
/// What a backup reads: a tree of entries and their contents. The file system is one, a command's output another.
/// </summary>
public interface IBackupSource
{
    /// <summary>The paths that the snapshot names as its subject; also used to find the parent.</summary>
    IReadOnlyList<string> Paths { get; }

    /// <summary>The exclude patterns that the snapshot records.</summary>
    IReadOnlyList<string> Excludes { get; }

    /// <summary>
    /// Walks the tree, depth first: the entries of the root, those of a directory between its
    /// <see cref="SourceEntryKind.DirectoryStart"/> and <see cref="SourceEntryKind.DirectoryEnd"/>, siblings ordered
    /// by <see cref="FileName.Comparer"/>. The root itself is not among them.
    /// </summary>
    /// <exception cref="SourceException">The source as a whole can't be read.</exception>
    IEnumerable<SourceEntry> Walk(CancellationToken cancellationToken);

    /// <summary>Opens the content of a file that the walk yielded. May be called from several threads.</summary>
    /// <exception cref="IOException">It can't be opened; the file becomes a skipped entry.</exception>
    /// <exception cref="UnauthorizedAccessException">Access is denied; the file becomes a skipped entry.</exception>
    SourceContent Open(SourceEntry entry);
}
