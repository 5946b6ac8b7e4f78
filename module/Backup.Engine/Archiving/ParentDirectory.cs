namespace Backup.Engine.Archiving;

/// <summary>
/// One directory as earlier snapshots have it: the parent's, and before it that of an interrupted backup. Names are
/// asked for in ascending order.
/// </summary>
internal sealed class ParentDirectory
{
    /// <summary>A directory that no earlier snapshot has.</summary>
    public static readonly ParentDirectory None = new([]);

    private readonly IReadOnlyList<IReadOnlyList<Node>> _versions;
    private readonly int[] _next;

    /// <summary>The directory's nodes in each of the earlier snapshots, best first.</summary>
    public ParentDirectory(IReadOnlyList<IReadOnlyList<Node>> versions)
    {
        _versions = versions;
        _next = new int[versions.Count];
    }

    /// <summary>The nodes of this name, best first. Each name must be greater than the one before.</summary>
    public IReadOnlyList<Node> Find(string name)
    {
        Node? first = null;
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

        return all is not null ? all : first is not null ? [first] : [];
    }
}
