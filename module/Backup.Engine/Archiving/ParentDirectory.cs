namespace Backup.Engine.Archiving;

/// <summary>
/// One directory as earlier snapshots have it: the parent's, and before it what this or an interrupted backup has read.
/// Names are asked for in ascending order.
/// </summary>
internal sealed class ParentDirectory
{
    /// <summary>A directory that no earlier snapshot has.</summary>
    public static readonly ParentDirectory None = new([], -1);

    private readonly IReadOnlyList<IReadOnlyList<Node>> _versions;
    private readonly int _parent;
    private readonly int[] _next;

    /// <summary>The directory's nodes in each of the earlier snapshots, best first.</summary>
    /// <param name="versions">The nodes.</param>
    /// <param name="parent">Which of them is the parent's; -1 if none is.</param>
    public ParentDirectory(IReadOnlyList<IReadOnlyList<Node>> versions, int parent)
    {
        _versions = versions;
        _parent = parent;
        _next = new int[versions.Count];
    }

    /// <summary>The nodes of this name. Each name must be greater than the one before.</summary>
    public EarlierNodes Find(string name)
    {
        Node? first = null;
        Node? before = null;
        List<Node>? all = null;
        for (int i = 0; i < _versions.Count; i++)
        {
            IReadOnlyList<Node> nodes = _versions[i];
            while (_next[i] < nodes.Count)
            {
                Node node = nodes[_next[i]];
                int order = FileName.Compare(node.Name, name);
                if (order > 0)
                {
                    break;
                }

                _next[i]++;
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
}
