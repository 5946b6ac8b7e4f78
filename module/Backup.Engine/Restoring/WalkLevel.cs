using Backup.Engine.Sources;

namespace Backup.Engine.Restoring;

/// <summary>One directory on the way of the walk through the snapshot's trees.</summary>
internal sealed class WalkLevel(DirectoryPlan directory, List<Node> nodes)
{
    /// <summary>How many subtrees of one directory are loaded ahead, so that those further down get their turn.</summary>
    private const int MaxAhead = 8;

    private readonly Queue<(int Index, Task<List<Node>> Tree)> _ahead = [];
    private HashSet<string>? _seen; // only where the order can't show duplicates
    private HashSet<string>? _folded; // only on systems that take different names for the same
    private int _nextAhead;

    /// <summary>The directory.</summary>
    public DirectoryPlan Directory { get; } = directory;

    /// <summary>The entry whose turn it is.</summary>
    public int Next { get; private set; }

    /// <summary>Goes on to the next entry.</summary>
    public bool TryNext([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Node? node)
    {
        if (Next == nodes.Count)
        {
            node = null;
            return false;
        }

        node = nodes[Next++];
        return true;
    }

    /// <summary>Whether an entry before the one just taken has the same name.</summary>
    public bool IsDuplicate(Node node)
    {
        if (_seen is not null)
        {
            return !_seen.Add(node.Name);
        }

        if (Next < 2 || FileName.Compare(nodes[Next - 2].Name, node.Name) < 0)
        {
            return false; // entries are ordered, so equal ones would be neighbours
        }

        _seen = [];
        for (int i = 0; i < Next - 1; i++)
        {
            _seen.Add(nodes[i].Name);
        }

        return !_seen.Add(node.Name);
    }

    /// <summary>Whether an entry before the one just taken has a name that the system takes for the same.</summary>
    /// <param name="folded">What is the same for all such names.</param>
    public bool IsFoldedDuplicate(string folded) => !(_folded ??= []).Add(folded);

    /// <summary>Begins to load the trees of the next directories in it, as far as the patterns lead there.</summary>
    public void LoadAhead(TreePrefetcher prefetcher, ItemFilter filter)
    {
        _nextAhead = Math.Max(_nextAhead, Next);
        while (_ahead.Count < MaxAhead && _nextAhead < nodes.Count && prefetcher.HasRoom)
        {
            Node node = nodes[_nextAhead];
            if (node is { Type: NodeType.Directory, Subtree: { } subtree }
                && filter.LeadsInto(Directory.Filter, node.Name)
                && prefetcher.Begin(subtree) is { } tree)
            {
                _ahead.Enqueue((_nextAhead, tree));
            }

            _nextAhead++;
        }
    }

    /// <summary>The tree of the entry just taken, if it was begun; those of entries that were passed over are dropped.</summary>
    public async Task<List<Node>?> TakeAheadAsync(TreePrefetcher prefetcher)
    {
        while (_ahead.TryPeek(out (int Index, Task<List<Node>> Tree) first) && first.Index < Next)
        {
            _ahead.Dequeue();
            if (first.Index == Next - 1)
            {
                return await prefetcher.TakeAsync(first.Tree).ConfigureAwait(false);
            }

            await DropAsync(prefetcher, first.Tree).ConfigureAwait(false);
        }

        return null;
    }

    private static async Task DropAsync(TreePrefetcher prefetcher, Task<List<Node>> tree)
    {
        try
        {
            await prefetcher.TakeAsync(tree).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is BackupException)
        {
            // The patterns leave this directory out, so whether it is damaged doesn't matter.
        }
    }
}
