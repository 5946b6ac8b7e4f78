namespace Backup.Engine.Repositories;

/// <summary>A tree that is to be visited, and how it was come by. Several paths can lead to a tree; this is one.</summary>
internal sealed class TreeVisit
{
    private TreeVisit(BlobId tree, TreeVisit? parent, string name, SnapshotId snapshot)
    {
        Tree = tree;
        Parent = parent;
        Name = name;
        Snapshot = snapshot;
        Depth = parent is null ? 0 : parent.Depth + 1;
    }

    /// <summary>The tree.</summary>
    public BlobId Tree { get; }

    /// <summary>The tree that has it; null for a snapshot's root.</summary>
    public TreeVisit? Parent { get; }

    /// <summary>Its name in that; empty for a root.</summary>
    public string Name { get; }

    /// <summary>The snapshot that it was come by.</summary>
    public SnapshotId Snapshot { get; }

    /// <summary>How many trees are above it.</summary>
    public int Depth { get; }

    /// <summary>The path, as it would be listed.</summary>
    public string Path
    {
        get
        {
            var names = new List<string>(Depth);
            for (TreeVisit visit = this; visit.Parent is not null; visit = visit.Parent)
            {
                names.Add(visit.Name);
            }

            names.Reverse();
            return "/" + string.Join('/', names);
        }
    }

    /// <summary>The root of a snapshot.</summary>
    public static TreeVisit Root(SnapshotId snapshot, BlobId tree) => new(tree, null, "", snapshot);

    /// <summary>A tree in this one.</summary>
    public TreeVisit Enter(string name, BlobId tree) => new(tree, this, name, Snapshot);
}
