namespace Backup.Engine.Archiving;

/// <summary>
/// The directories that unchanged files are taken from: the parent's, what an interrupted backup left behind, and where a backup
/// goes to several repositories, the same of each.
/// </summary>
internal sealed class ParentSnapshots
{
    private readonly Func<BlobId, CancellationToken, Task<IEnumerable<Node>>> _load;
    private readonly Action<SkippedEntry> _damaged;
    private readonly List<BlobId> _trees;
    private readonly Snapshot? _parent;

    /// <summary>Directories of these snapshots.</summary>
    /// <param name="repositories">The snapshots of each repository. The newest parent is what the source is compared with.</param>
    /// <param name="load">Loads the nodes of a tree, to be gone through once, whichever of the repositories has it.</param>
    /// <param name="damaged">Hears of trees that can't be read.</param>
    public ParentSnapshots(
        IEnumerable<EarlierSnapshots> repositories,
        Func<BlobId, CancellationToken, Task<IEnumerable<Node>>> load,
        Action<SkippedEntry> damaged)
    {
        _load = load;
        _damaged = damaged;
        EarlierSnapshots[] newest = [.. repositories.OrderByDescending(earlier => earlier.Parent?.Time)];
        _parent = newest.FirstOrDefault()?.Parent;
        _trees =
        [
            .. newest.SelectMany(earlier => earlier.Incomplete.Take(1)).Select(snapshot => snapshot.Tree),
            .. newest.Select(earlier => earlier.Parent?.Tree).OfType<BlobId>(),
        ];
    }

    /// <summary>The root directory of the snapshots.</summary>
    /// <param name="type">A full backup takes nothing from them.</param>
    /// <param name="firstPass">What this backup itself has read before, if it is in its second pass.</param>
    /// <param name="cancellationToken">Ends the loading.</param>
    public Task<ParentDirectory> LoadRootAsync(BackupType type, BlobId? firstPass, CancellationToken cancellationToken)
    {
        var trees = new List<BlobId>();
        if (firstPass is { } tree)
        {
            trees.Add(tree);
        }

        if (type != BackupType.Full)
        {
            trees.AddRange(_trees);
        }

        return LoadAsync("/", trees, _parent?.Tree, cancellationToken);
    }

    /// <summary>A directory, by the nodes that stand for it in the snapshots.</summary>
    public Task<ParentDirectory> LoadAsync(string path, EarlierNodes nodes, CancellationToken cancellationToken) =>
        nodes.All.Count == 0
            ? Task.FromResult(ParentDirectory.None)
            : LoadAsync(
                path,
                nodes.All.Where(node => node.Subtree is not null).Select(node => node.Subtree!.Value),
                nodes.Before?.Subtree,
                cancellationToken);

    private async Task<ParentDirectory> LoadAsync(
        string path, IEnumerable<BlobId> trees, BlobId? parentTree, CancellationToken cancellationToken)
    {
        var versions = new List<IEnumerable<Node>>(2);
        int parent = -1;
        foreach (BlobId tree in trees.Distinct())
        {
            try
            {
                IEnumerable<Node> nodes = await _load(tree, cancellationToken).ConfigureAwait(false);
                versions.Add(nodes is List<Node> ? nodes : UntilDamaged(path, nodes));
                parent = tree == parentTree ? versions.Count - 1 : parent;
            }
            catch (RepositoryDamagedException exception)
            {
                Tell(path, exception);
            }
        }

        return versions.Count == 0 ? ParentDirectory.None : new ParentDirectory(versions, parent);
    }

    private IEnumerable<Node> UntilDamaged(string path, IEnumerable<Node> nodes)
    {
        using IEnumerator<Node> next = nodes.GetEnumerator();
        while (true)
        {
            try
            {
                if (!next.MoveNext())
                {
                    yield break;
                }
            }
            catch (RepositoryDamagedException exception)
            {
                Tell(path, exception);
                yield break;
            }

            yield return next.Current;
        }
    }

    // The files below are read again: the backup is complete, but the owner must hear of the damage.
    private void Tell(string path, RepositoryDamagedException exception) =>
        _damaged(new SkippedEntry(path, SkipReason.ParentDamaged, exception.Message));
}
