using System.Runtime.CompilerServices;
using System.Text;

namespace Backup.Engine.Repositories;

/// <summary>
/// Walks a tree depth first in the order of its entries. In memory are the entries of one folder per level, however
/// large the whole is. Folders that several folders share are walked each time.
/// </summary>
internal sealed class TreeWalker
{
    private readonly TreeLoader _load;

    /// <summary>A walker over the trees that <paramref name="load"/> knows.</summary>
    public TreeWalker(TreeLoader load) => _load = load;

    /// <summary>Which folders to go into; null: all.</summary>
    public Func<TreeEntry, bool>? Enter { get; init; }

    /// <summary>
    /// Hears of a folder that can't be read (path, tree, error), which then counts as empty. Null: it is thrown.
    /// </summary>
    public Action<string, BlobId?, RepositoryDamagedException>? Unreadable { get; init; }

    /// <summary>Hears that all entries of a folder (tree, depth of its entries) and of the folders in it have been seen.</summary>
    public Action<BlobId, int>? Left { get; init; }

    /// <summary>Walks what is in a tree; the tree itself is not among the entries.</summary>
    /// <param name="root">The tree.</param>
    /// <param name="rootPath">Its path, <c>/</c> or without a <c>/</c> at the end.</param>
    /// <param name="cancellationToken">Ends the walk.</param>
    /// <exception cref="RepositoryDamagedException">A tree can't be read, and <see cref="Unreadable"/> is null.</exception>
    public async IAsyncEnumerable<TreeEntry> WalkAsync(
        BlobId root, string rootPath, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // One path that grows and shrinks, so that a deep tree does not cost the sum of its paths.
        var path = new StringBuilder(rootPath.Length == 1 ? "" : rootPath);
        var levels = new Stack<Level>();
        await PushAsync(levels, path, root, cancellationToken).ConfigureAwait(false);
        while (levels.TryPeek(out Level? level))
        {
            cancellationToken.ThrowIfCancellationRequested();
            path.Length = level.PathLength;
            if (level.Next == level.Nodes.Count)
            {
                levels.Pop();
                Left?.Invoke(level.Tree, levels.Count);
                continue;
            }

            Node node = level.Nodes[level.Next++];
            path.Append('/').Append(node.Name);
            var entry = new TreeEntry(path.ToString(), node, level.Tree, levels.Count - 1);
            yield return entry;
            if (node.Type == NodeType.Directory && (Enter is null || Enter(entry)))
            {
                await PushAsync(levels, path, node.Subtree, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task PushAsync(
        Stack<Level> levels, StringBuilder path, BlobId? tree, CancellationToken cancellationToken)
    {
        try
        {
            if (tree is not BlobId id)
            {
                throw new RepositoryDamagedException(
                    $"The folder «{path}» names no tree. Run a check to see what else is damaged.");
            }

            if (levels.Count >= TreePath.MaxDepth)
            {
                throw TreePath.TooDeep(id);
            }

            List<Node> nodes = await _load(id, cancellationToken).ConfigureAwait(false);
            levels.Push(new Level(id, nodes, path.Length));
        }
        catch (RepositoryDamagedException exception) when (Unreadable is not null)
        {
            Unreadable(path.Length == 0 ? "/" : path.ToString(), tree, exception);
        }
    }

    private sealed class Level(BlobId tree, List<Node> nodes, int pathLength)
    {
        public BlobId Tree { get; } = tree;

        public List<Node> Nodes { get; } = nodes;

        public int PathLength { get; } = pathLength;

        public int Next { get; set; }
    }
}
