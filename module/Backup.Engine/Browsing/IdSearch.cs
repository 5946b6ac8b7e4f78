using Backup.Engine.Indexing;
using Backup.Engine.Packs;
using Backup.Engine.Repositories;

namespace Backup.Engine.Browsing;

/// <summary>Finds the files and folders that need certain blobs.</summary>
internal sealed class IdSearch : IItemSearch
{
    private readonly BlobIndex _index;
    private readonly Func<BlobId, bool> _isData;
    private readonly Func<BlobId, bool> _isTree;

    private IdSearch(BlobIndex index, Func<BlobId, bool> isData, Func<BlobId, bool> isTree)
    {
        _index = index;
        _isData = isData;
        _isTree = isTree;
    }

    /// <summary>Prepares the search; the index has to be loaded.</summary>
    /// <exception cref="ArgumentException">One of the patterns is no id.</exception>
    /// <exception cref="ItemNotFoundException">There is no such pack.</exception>
    public static async Task<IdSearch> CreateAsync(
        OpenedRepository repository, FindOptions options, CancellationToken cancellationToken)
    {
        var ids = new IdPatterns(options.Patterns);
        if (options.Target != FindTarget.Pack)
        {
            return new IdSearch(
                repository.Index,
                id => options.Target == FindTarget.Blob && ids.Match(id.Hash),
                id => options.Target == FindTarget.Tree && ids.Match(id.Hash));
        }

        HashSet<(BlobType Type, BlobId Id)> blobs = await FindBlobsAsync(repository, options.Patterns, ids, cancellationToken)
            .ConfigureAwait(false);
        return new IdSearch(
            repository.Index,
            id => blobs.Contains((BlobType.Data, id)),
            id => blobs.Contains((BlobType.Tree, id)));
    }

    /// <inheritdoc/>
    public IEnumerable<FindMatch> MatchRoot(Snapshot snapshot) => _isTree(snapshot.Tree)
        ? [Found(snapshot, null, BlobType.Tree, snapshot.Tree)]
        : [];

    /// <inheritdoc/>
    public IEnumerable<FindMatch> Match(Snapshot snapshot, TreeEntry entry)
    {
        if (entry.Node.Type == NodeType.Directory && entry.Node.Subtree is BlobId tree && _isTree(tree))
        {
            return [Found(snapshot, entry, BlobType.Tree, tree)];
        }

        return entry.Node is { Type: NodeType.File, Content: { Count: > 0 } content }
            ? content.Where(_isData).Distinct().Select(id => Found(snapshot, entry, BlobType.Data, id))
            : [];
    }

    /// <inheritdoc/>
    public bool Enter(TreeEntry folder) => true;

    /// <inheritdoc/>
    public bool DependsOnTreeAlone(int depth) => true;

    private static async Task<HashSet<(BlobType Type, BlobId Id)>> FindBlobsAsync(
        OpenedRepository repository, IReadOnlyList<string> patterns, IdPatterns ids, CancellationToken cancellationToken)
    {
        var blobs = new HashSet<(BlobType Type, BlobId Id)>();
        var missing = patterns.Select(pattern => pattern.ToLowerInvariant()).ToHashSet();
        foreach (IndexedPack pack in repository.Index.Packs())
        {
            Take(pack.Id, () => pack.Blobs);
        }

        // What is in no index may be the very pack somebody wonders about.
        if (missing.Count > 0)
        {
            var reader = new PackReader(repository);
            await foreach (BackendFile file in repository.Backend.ListAsync(FileKind.Pack, cancellationToken).ConfigureAwait(false))
            {
                if (ids.Find(file.Handle.Name) is string pattern && missing.Contains(pattern))
                {
                    var pack = new PackId(file.Handle.Name);
                    List<PackedBlob> header = await reader.ReadHeaderAsync(pack, file.Size, cancellationToken).ConfigureAwait(false);
                    Take(pack, () => header);
                }
            }
        }

        return missing.Count == 0
            ? blobs
            : throw new ItemNotFoundException(
                $"There is no pack «{string.Join("», «", missing.Order(StringComparer.Ordinal))}», neither in the index nor stored.");

        void Take(PackId pack, Func<IReadOnlyList<PackedBlob>> content)
        {
            if (ids.Find(pack.Hash) is string pattern)
            {
                missing.Remove(pattern);
                blobs.UnionWith(content().Select(blob => (blob.Type, blob.Id)));
            }
        }
    }

    private FindMatch Found(Snapshot snapshot, TreeEntry? entry, BlobType type, BlobId id) => new()
    {
        Snapshot = snapshot,
        Path = entry?.Path ?? "/",
        Node = entry?.Node,
        ParentTree = entry?.ParentTree ?? default,
        Blob = id,
        BlobType = type,
        Packs = [.. _index.FindAll(type, id).Select(location => location.Pack).Distinct()],
    };
}
