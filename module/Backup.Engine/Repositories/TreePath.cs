namespace Backup.Engine.Repositories;

/// <summary>Paths in a snapshot: absolute, parts separated by <c>/</c>, and how they are followed.</summary>
internal static class TreePath
{
    /// <summary>Folders deeper than this are refused: no file system has them, but a forged repository could.</summary>
    public const int MaxDepth = 10_000;

    /// <summary>
    /// The parts of a path, without empty ones and <c>.</c>; <c>..</c> takes the part before it away, at the root
    /// nothing. Only for what users write: names in a repository are never split.
    /// </summary>
    public static List<string> Split(string path)
    {
        var parts = new List<string>();
        foreach (string part in path.Split('/'))
        {
            switch (part)
            {
                case "" or ".":
                    break;
                case "..":
                    if (parts.Count > 0)
                    {
                        parts.RemoveAt(parts.Count - 1);
                    }

                    break;
                default:
                    parts.Add(part);
                    break;
            }
        }

        return parts;
    }

    /// <summary>The path as it would be listed: absolute, without anything superfluous.</summary>
    public static string Normalize(string path) => "/" + string.Join('/', Split(path));

    /// <summary>The path of an entry of a folder.</summary>
    public static string Combine(string folder, string name) =>
        folder.Length == 1 ? folder + name : $"{folder}/{name}";

    /// <summary>
    /// Whether a name can be an entry of a folder: anything but nothing, <c>.</c>, <c>..</c>, or what contains
    /// <c>/</c> or NUL. A forged repository can have such names.
    /// </summary>
    public static bool IsSafeName(string name) =>
        name.Length > 0 && name is not ("." or "..") && name.AsSpan().IndexOfAny('/', '\0') < 0;

    /// <summary>The error for a tree below <see cref="MaxDepth"/>.</summary>
    public static RepositoryDamagedException TooDeep(BlobId tree) =>
        new($"Tree {tree} is nested more than {MaxDepth:N0} folders deep, which no file system has: it must be forged.");

    /// <summary>Finds a folder by its path.</summary>
    /// <param name="load">Loads trees.</param>
    /// <param name="root">The tree where the path begins.</param>
    /// <param name="path">See <see cref="Split"/>; empty for the root itself.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <returns>The folder's tree.</returns>
    /// <exception cref="ItemNotFoundException">There is none, or it is no folder.</exception>
    public static async Task<BlobId> FindFolderAsync(
        TreeLoader load, BlobId root, string path, CancellationToken cancellationToken)
    {
        List<string> parts = Split(path);
        return parts.Count == 0
            ? root
            : SubtreeOf(await FindAsync(load, root, parts, cancellationToken).ConfigureAwait(false), "/" + string.Join('/', parts));
    }

    /// <summary>Finds an item by its path.</summary>
    /// <returns>The item, or null for the root, which has no node.</returns>
    /// <inheritdoc cref="FindFolderAsync"/>
    public static async Task<Node?> FindItemAsync(
        TreeLoader load, BlobId root, string path, CancellationToken cancellationToken)
    {
        List<string> parts = Split(path);
        return parts.Count == 0 ? null : await FindAsync(load, root, parts, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<Node> FindAsync(
        TreeLoader load, BlobId root, List<string> parts, CancellationToken cancellationToken)
    {
        BlobId tree = root;
        for (int i = 0; ; i++)
        {
            List<Node> nodes = await load(tree, cancellationToken).ConfigureAwait(false);
            Node node = nodes.Find(node => node.Name == parts[i])
                ?? throw new ItemNotFoundException(
                    $"«/{string.Join('/', parts.Take(i + 1))}» is not in the snapshot. List the snapshot to see which paths it has.");
            if (i == parts.Count - 1)
            {
                return node;
            }

            tree = SubtreeOf(node, "/" + string.Join('/', parts.Take(i + 1)));
        }
    }

    private static BlobId SubtreeOf(Node node, string path)
    {
        if (node.Type != NodeType.Directory)
        {
            throw new ItemNotFoundException($"«{path}» is no folder, so nothing can be in it.");
        }

        return node.Subtree ?? throw new RepositoryDamagedException(
            $"The folder «{path}» names no tree. Run a check to see what else is damaged.");
    }
}
