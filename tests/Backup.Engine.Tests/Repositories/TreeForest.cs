using Backup.Engine.Repositories;

namespace Backup.Engine.Tests.Repositories;

/// <summary>Trees in memory, for what works on trees without a repository. Ids are whatever the test wants.</summary>
internal sealed class TreeForest
{
    private readonly Dictionary<BlobId, List<Node>> _trees = [];
    private int _count;

    /// <summary>How often a tree was loaded.</summary>
    public int Loads { get; private set; }

    public TreeLoader Loader => LoadAsync;

    /// <summary>Adds a tree and invents an id for it.</summary>
    public BlobId Add(params Node[] nodes)
    {
        BlobId id = BlobId.Of(BitConverter.GetBytes(++_count));
        _trees.Add(id, [.. nodes]);
        return id;
    }

    /// <summary>Replaces a tree, so that it can refer to those that refer to it.</summary>
    public void Replace(BlobId id, params Node[] nodes) => _trees[id] = [.. nodes];

    /// <summary>Makes a tree unreadable.</summary>
    public void Lose(BlobId id) => _trees.Remove(id);

    public static Node File(string name, params byte[] blobs) => new()
    {
        Name = name,
        Type = NodeType.File,
        Content = [.. blobs.Select(blob => BlobId.Of([blob]))],
        Size = (ulong)blobs.Length,
        Links = 1,
    };

    public static Node Folder(string name, BlobId? tree) =>
        new() { Name = name, Type = NodeType.Directory, Subtree = tree };

    private Task<List<Node>> LoadAsync(BlobId id, CancellationToken cancellationToken)
    {
        Loads++;
        return _trees.TryGetValue(id, out List<Node>? nodes)
            ? Task.FromResult(nodes)
            : Task.FromException<List<Node>>(new RepositoryDamagedException($"no {id}"));
    }
}
