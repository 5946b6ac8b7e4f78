namespace Backup.TestKit.Files;

/// <summary>A tree as it was when it was read: to compare with after it changed.</summary>
public sealed class TreeSnapshot
{
    private TreeSnapshot(SortedDictionary<string, TreeEntry> entries) => Entries = entries;

    /// <summary>Everything in it by path, the top as the empty path.</summary>
    public SortedDictionary<string, TreeEntry> Entries { get; }

    /// <summary>Reads a tree.</summary>
    public static TreeSnapshot Of(string path) => new(TreeReader.Read(path));
}
