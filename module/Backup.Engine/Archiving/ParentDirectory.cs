namespace Backup.Engine.Archiving;

/// <summary>
/// One directory as earlier snapshots have it: the parent's, and before it what this or an interrupted backup has read.
/// Names are asked for in ascending order.
/// </summary>
internal sealed class ParentDirectory
{
    /// <summary>A directory that no earlier snapshot has.</summary>
    public static readonly ParentDirectory None = new([], -1);

    private readonly IEnumerator<Node>?[] _versions; // each stands at the next node; null after the last one
    private readonly int _parent;

    /// <summary>The directory's nodes in each of the earlier snapshots, best first.</summary>
    /// <param name="versions">The nodes, read only as far as they are needed.</param>
    /// <param name="parent">Which of them is the parent's; -1 if none is.</param>
    public ParentDirectory(IReadOnlyList<IEnumerable<Node>> versions, int parent)
    {
        _versions = [.. versions.Select(nodes => nodes.GetEnumerator())];
        _parent = parent;
        for (int i = 0; i < _versions.Length; i++)
        {
            MoveNext(i);
        }
    }

    /// <summary>The nodes of this name. Each name must be greater than the one before.</summary>
    public EarlierNodes Find(string name)
    {
        Node? first = null;
        Node? before = null;
        List<Node>? all = null;
        for (int i = 0; i < _versions.Length; i++)
        {
            while (_versions[i] is { Current: Node node })
            {
                int order = FileName.Compare(node.Name, name);
                if (order > 0)
                {
                    break;
                }

                MoveNext(i);
                if (order == 0)
                {
                    before = i == _parent ? node : before;
                    if (first is null)
                    {
                        first = node;
                    }
                    else
                    {
                        all ??= [first];
                        all.Add(node);
                    }

                    break;
                }
            }
        }

        return new EarlierNodes(all is not null ? all : first is not null ? [first] : [], before);
    }

    private void MoveNext(int version)
    {
        IEnumerator<Node> nodes = _versions[version]!; // asked only while there are some
        if (!nodes.MoveNext())
        {
            nodes.Dispose();
            _versions[version] = null;
        }
    }
}
