using Backup.Engine.Sources;

namespace Backup.Engine.Maintenance;

/// <summary>A directory that is being rewritten: its entries, of which some are replaced or left out.</summary>
/// <param name="tree">Its tree as it was.</param>
/// <param name="nodes">Its entries.</param>
/// <param name="position">How far the patterns have come in it.</param>
/// <param name="isChosen">Whether the directory itself is chosen, be it empty.</param>
/// <param name="pathLength">How much of the path leads to it.</param>
internal sealed class RewriteLevel(BlobId tree, List<Node> nodes, FilterPosition position, bool isChosen, int pathLength)
{
    private readonly List<Node?> _nodes = [.. nodes];
    private int _next;

    public BlobId Tree { get; } = tree;

    public FilterPosition Position { get; } = position;

    public bool IsChosen { get; } = isChosen;

    public int PathLength { get; } = pathLength;

    /// <summary>Whether any entry was replaced or left out.</summary>
    public bool IsChanged { get; private set; }

    /// <summary>The files in it and below, as far as they have been seen.</summary>
    public ulong Files { get; private set; }

    /// <summary>Their bytes.</summary>
    public ulong Bytes { get; private set; }

    /// <summary>The next entry; null after the last one.</summary>
    public Node? Current => _next < _nodes.Count ? _nodes[_next] : null;

    /// <summary>The entries that are left.</summary>
    public IEnumerable<Node> Left => _nodes.OfType<Node>();

    /// <summary>The entry stays.</summary>
    public void Keep(Node node)
    {
        if (node.Type == NodeType.File)
        {
            Files++;
            Bytes += node.Size;
        }

        _next++;
    }

    /// <summary>The entry is left out.</summary>
    public void Drop()
    {
        _nodes[_next++] = null;
        IsChanged = true;
    }

    /// <summary>The entry is a directory, and this has become of it.</summary>
    public void Replace(Node node, RewrittenTree rewritten)
    {
        if (rewritten.Tree is not BlobId tree)
        {
            Drop();
            return;
        }

        if (tree != node.Subtree)
        {
            _nodes[_next] = node with { Subtree = tree };
            IsChanged = true;
        }

        Files += rewritten.Files;
        Bytes += rewritten.Bytes;
        _next++;
    }
}
