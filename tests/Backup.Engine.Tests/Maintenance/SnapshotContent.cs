using Backup.Engine.Buffers;
using Backup.Engine.Repositories;
using Backup.Engine.Tests.Hostile;

namespace Backup.Engine.Tests.Maintenance;

/// <summary>
/// All paths of a snapshot, each with the digest of its content (folders: nothing), and what would be left of them
/// without some blobs.
/// </summary>
internal sealed class SnapshotContent
{
    private readonly Dictionary<BlobId, List<Node>> _trees = [];
    private readonly Dictionary<BlobId, byte[]> _data = [];
    private readonly BlobId _root;

    private SnapshotContent(Snapshot snapshot)
    {
        Id = snapshot.Id;
        _root = snapshot.Tree;
    }

    public SnapshotId Id { get; }

    /// <summary>The paths as they are.</summary>
    public Dictionary<string, string> Files => Without(new HashSet<(BlobType, BlobId)>());

    /// <summary>Reads all snapshots of a repository completely; whatever can't be read fails the test.</summary>
    public static async Task<List<SnapshotContent>> OfAllAsync(IBackend backend)
    {
        await using OpenedRepository opened = await OpenedRepository.OpenAsync(
            RepositoryImage.OptionsFor(new UndisposedBackend(backend)), CancellationToken.None);
        await opened.LoadIndexAsync(CancellationToken.None);
        SnapshotSelection all = await new SnapshotSelector(opened).SelectAsync([], new SnapshotFilter(), CancellationToken.None);
        var contents = new List<SnapshotContent>();
        foreach (Snapshot snapshot in all.RequireAll())
        {
            var content = new SnapshotContent(snapshot);
            await content.ReadAsync(opened, snapshot.Tree);
            contents.Add(content);
        }

        return contents;
    }

    /// <summary>The paths without these blobs, ordered.</summary>
    public Dictionary<string, string> Without(IReadOnlySet<(BlobType, BlobId)> lost)
    {
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        Walk(_root, "", lost, files.Add, _ => { });
        return new Dictionary<string, string>(files);
    }

    /// <summary>The paths that lose something without these blobs, ordered.</summary>
    public IEnumerable<string> LossesWithout(IReadOnlySet<(BlobType, BlobId)> lost)
    {
        if (lost.Contains((BlobType.Tree, _root)))
        {
            return ["/"];
        }

        var losses = new List<string>();
        Walk(_root, "", lost, (_, _) => { }, losses.Add);
        return losses.Order(StringComparer.Ordinal);
    }

    private void Walk(
        BlobId tree, string path, IReadOnlySet<(BlobType, BlobId)> lost, Action<string, string> found, Action<string> damaged)
    {
        if (lost.Contains((BlobType.Tree, tree)))
        {
            return;
        }

        foreach (Node node in _trees[tree])
        {
            string itemPath = $"{path}/{node.Name}";
            if (node.Subtree is BlobId subtree)
            {
                found(itemPath, "");
                if (lost.Contains((BlobType.Tree, subtree)))
                {
                    damaged(itemPath);
                }

                Walk(subtree, itemPath, lost, found, damaged);
                continue;
            }

            BlobId[] left = [.. node.Content!.Where(id => !lost.Contains((BlobType.Data, id)))];
            found(itemPath, Digest.Of(left.SelectMany(id => _data[id]).ToArray()).ToString());
            if (left.Length < node.Content!.Count)
            {
                damaged(itemPath);
            }
        }
    }

    private async Task ReadAsync(OpenedRepository opened, BlobId tree)
    {
        if (_trees.ContainsKey(tree))
        {
            return;
        }

        List<Node> nodes = await opened.LoadTreeAsync(tree, CancellationToken.None);
        _trees.Add(tree, nodes);
        foreach (Node node in nodes)
        {
            foreach (BlobId id in node.Content ?? [])
            {
                using PooledBuffer blob = await opened.LoadBlobAsync(BlobType.Data, id, CancellationToken.None);
                _data[id] = blob.Span.ToArray();
            }

            if (node.Subtree is BlobId subtree)
            {
                await ReadAsync(opened, subtree);
            }
        }
    }
}
