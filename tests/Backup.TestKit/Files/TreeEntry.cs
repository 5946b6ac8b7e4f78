namespace Backup.TestKit.Files;

/// <summary>Something in a tree, with all that a backup should bring back.</summary>
/// <param name="Path">Relative to the top, <c>/</c> between the parts; empty for the top itself.</param>
/// <param name="Stat">What the system says of it.</param>
/// <param name="Content">SHA-256 of a file's content in hexadecimal, otherwise empty.</param>
/// <param name="LinkTarget">Where a symbolic link leads, otherwise empty.</param>
/// <param name="Attributes">The extended attributes, those with access control lists among them.</param>
/// <param name="HardLinkGroup">The first path, in byte order, of those that name the same file.</param>
public sealed record TreeEntry(
    string Path,
    PosixStat Stat,
    string Content,
    string LinkTarget,
    SortedDictionary<string, byte[]> Attributes,
    string HardLinkGroup);
