using Backup.Engine.Indexing;
using Backup.Engine.Repositories;
using Backup.Engine.Trees;

namespace Backup.Engine.Maintenance;

/// <summary>
/// Makes trees without what is lost. A tree that has everything stays what it is, byte for byte. What is found of a tree
/// is kept, so that each snapshot that has it can say what it lost.
/// </summary>
/// <param name="repository">The repository, with its index loaded.</param>
/// <param name="writer">Stores new trees.</param>
/// <param name="unlisted">What is in packs that the index does not list: as long as there is any of it missing, nothing is given up for lost.</param>
/// <param name="treeDone">Hears that another tree is done.</param>
internal sealed class TreeRepairer(OpenedRepository repository, BlobWriter writer, IReadOnlyDictionary<(BlobType, BlobId), PackId> unlisted, Action treeDone)
{
    /// <summary>Deep folders must not use up the thread's stack: so many levels are on it at most.</summary>
    private const int LevelsPerStack = 64;

    private readonly BlobIndex _index = repository.Index;
    private readonly BlobSet _complete = new(repository.Index);
    private readonly Dictionary<BlobId, RepairedTree> _repaired = [];

    /// <summary>Repairs a tree and all that is in it.</summary>
    public Task<RepairedTree> RepairAsync(BlobId tree, CancellationToken cancellationToken) =>
        RepairAsync(tree, 0, cancellationToken);

    private async Task<RepairedTree> RepairAsync(BlobId tree, int depth, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_complete.Contains(BlobType.Tree, tree))
        {
            return new RepairedTree(tree, []);
        }

        if (_repaired.TryGetValue(tree, out RepairedTree? known))
        {
            return known;
        }

        if (depth % LevelsPerStack == LevelsPerStack - 1)
        {
            await Task.Yield();
        }

        List<Node>? nodes = depth < TreePath.MaxDepth ? await TryLoadAsync(tree, cancellationToken).ConfigureAwait(false) : null;
        RepairedTree result = nodes is null
            ? new RepairedTree(null, [])
            : await RepairAsync(tree, nodes, depth, cancellationToken).ConfigureAwait(false);
        treeDone();
        if (result.Id == tree)
        {
            _complete.Add(BlobType.Tree, tree);
        }
        else
        {
            _repaired.Add(tree, result);
        }

        return result;
    }

    private async Task<RepairedTree> RepairAsync(BlobId tree, List<Node> nodes, int depth, CancellationToken cancellationToken)
    {
        var losses = new List<SnapshotLoss>();
        bool isOrdered = IsOrdered(nodes);
        bool hasChanged = !isOrdered;
        var kept = new List<Node>(nodes.Count);
        string? last = null;
        foreach (Node node in isOrdered ? (IEnumerable<Node>)nodes : nodes.OrderBy(node => node.Name, FileName.Comparer))
        {
            if (!TreePath.IsSafeName(node.Name) || node.Type == NodeType.Irregular || node.Name == last)
            {
                losses.Add(new SnapshotLoss("/" + node.Name, SnapshotLossKind.EntryRemoved, node.Size));
                hasChanged = true;
                continue;
            }

            last = node.Name;
            Node repaired = node.Type switch
            {
                NodeType.File => RepairFile(node, losses),
                NodeType.Directory => await RepairFolderAsync(node, depth, losses, cancellationToken).ConfigureAwait(false),
                _ => node,
            };
            hasChanged |= !ReferenceEquals(repaired, node);
            kept.Add(repaired);
        }

        return new RepairedTree(hasChanged ? await SaveAsync(kept, cancellationToken).ConfigureAwait(false) : tree, losses);
    }

    private static bool IsOrdered(List<Node> nodes)
    {
        for (int i = 1; i < nodes.Count; i++)
        {
            if (FileName.Compare(nodes[i - 1].Name, nodes[i].Name) > 0)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The file without the blobs that are in no index, and with the size that the others add up to.</summary>
    private Node RepairFile(Node node, List<SnapshotLoss> losses)
    {
        IReadOnlyList<BlobId> content = node.Content ?? [];
        var left = new List<BlobId>(content.Count);
        ulong size = 0;
        foreach (BlobId id in content)
        {
            if (_index.TryFind(BlobType.Data, id, out PackedBlobLocation location))
            {
                left.Add(id);
                size += (ulong)location.ToPackedBlob(BlobType.Data, id).PlaintextLength;
            }
            else
            {
                ThrowIfUnlisted(BlobType.Data, id);
            }
        }

        bool isComplete = left.Count == content.Count && node.Content is not null;
        if (isComplete && size == node.Size)
        {
            return node;
        }

        SnapshotLossKind kind = isComplete ? SnapshotLossKind.SizeCorrected
            : left.Count == 0 ? SnapshotLossKind.FileEmptied
            : SnapshotLossKind.FileDamaged;
        losses.Add(new SnapshotLoss("/" + node.Name, kind, isComplete || node.Size < size ? 0 : node.Size - size));
        return node with { Content = left, Size = size };
    }

    private async Task<Node> RepairFolderAsync(Node node, int depth, List<SnapshotLoss> losses, CancellationToken cancellationToken)
    {
        RepairedTree repaired = node.Subtree is BlobId subtree && !subtree.Hash.IsZero
            ? await RepairAsync(subtree, depth + 1, cancellationToken).ConfigureAwait(false)
            : new RepairedTree(null, []);
        if (repaired.Id is not BlobId id)
        {
            losses.Add(new SnapshotLoss("/" + node.Name, SnapshotLossKind.FolderEmptied, 0));
            return node with { Subtree = await SaveAsync([], cancellationToken).ConfigureAwait(false) };
        }

        losses.AddRange(repaired.Losses.Select(loss => loss with { Path = $"/{node.Name}{loss.Path}" }));
        return id == node.Subtree ? node : node with { Subtree = id };
    }

    /// <returns>Null if it is damaged or missing.</returns>
    private void ThrowIfUnlisted(BlobType type, BlobId id)
    {
        if (unlisted.TryGetValue((type, id), out PackId pack))
        {
            throw new RepositoryDamagedException(
                $"The {(type == BlobType.Tree ? "tree" : "data")} blob {id} is not lost: it is in pack {pack}, which the index does not list. No snapshot was changed. Repair the index first.");
        }
    }

    private async Task<List<Node>?> TryLoadAsync(BlobId tree, CancellationToken cancellationToken)
    {
        try
        {
            return await repository.LoadTreeAsync(tree, cancellationToken).ConfigureAwait(false);
        }
        catch (RepositoryDamagedException)
        {
            ThrowIfUnlisted(BlobType.Tree, tree);
            return null; // it is reported as what its folder has lost
        }
    }

    private async Task<BlobId> SaveAsync(List<Node> nodes, CancellationToken cancellationToken)
    {
        var encoder = new TreeEncoder();
        nodes.ForEach(encoder.Add);
        return (await writer.SaveAsync(BlobType.Tree, encoder.Finish(), cancellationToken).ConfigureAwait(false)).Id;
    }
}
