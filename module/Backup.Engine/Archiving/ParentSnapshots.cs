using Backup.Engine.Repositories;

namespace Backup.Engine.Archiving;

/// <summary>
/// The snapshots that unchanged files are taken from: the parent, and what an interrupted backup left behind.
/// </summary>
internal sealed class ParentSnapshots
{
    private readonly OpenedRepository _repository;
    private readonly Action<SkippedEntry> _damaged;

    private ParentSnapshots(
        OpenedRepository repository, Snapshot? parent, IReadOnlyList<Snapshot> incomplete, Action<SkippedEntry> damaged)
    {
        _repository = repository;
        _damaged = damaged;
        Parent = parent;
        Incomplete = incomplete;
    }

    /// <summary>The newest complete snapshot of the same host and paths, or the one that was asked for.</summary>
    public Snapshot? Parent { get; }

    /// <summary>What interrupted backups of the same host and paths left: the next complete one replaces them.</summary>
    public IReadOnlyList<Snapshot> Incomplete { get; }

    /// <summary>Finds them.</summary>
    public static async Task<ParentSnapshots> FindAsync(
        OpenedRepository repository,
        BackupOptions options,
        string hostname,
        Timestamp time,
        Action<SkippedEntry> damaged,
        CancellationToken cancellationToken)
    {
        Snapshot? parent = null;
        var incomplete = new List<Snapshot>();
        SnapshotSelection all = await new SnapshotSelector(repository)
            .SelectAsync([], new SnapshotFilter(), cancellationToken).ConfigureAwait(false);
        foreach ((SnapshotId _, RepositoryDamagedException error) in all.Damaged)
        {
            // A new backup is the better for it if an old one is damaged.
            repository.Options.Warn?.Invoke(error.Message);
        }

        foreach (Snapshot snapshot in all.Snapshots)
        {
            if (snapshot.Hostname != hostname || !HasPaths(snapshot, options.Source.Paths))
            {
                continue;
            }

            if (snapshot.Tags.Contains(Snapshot.IncompleteTag))
            {
                incomplete.Add(snapshot);
            }
            else if (snapshot.Time <= time
                && (parent is null || snapshot.Time > parent.Time)
                && (options.Type != BackupType.Differential || snapshot.Parent is null))
            {
                parent = snapshot;
            }
        }

        incomplete.Sort((a, b) => b.Time.CompareTo(a.Time));
        if (options.Type == BackupType.Full)
        {
            parent = null;
        }
        else if (options.Parent is not null)
        {
            parent = await repository.FindSnapshotAsync(options.Parent, new SnapshotFilter(), cancellationToken)
                .ConfigureAwait(false);
        }

        return new ParentSnapshots(repository, parent, incomplete, damaged);
    }

    /// <summary>The root directory of the snapshots.</summary>
    /// <param name="type">A full backup takes nothing from them.</param>
    /// <param name="firstPass">What this backup itself has read before, if it is in its second pass.</param>
    /// <param name="cancellationToken">Ends the loading.</param>
    public Task<ParentDirectory> LoadRootAsync(BackupType type, BlobId? firstPass, CancellationToken cancellationToken)
    {
        var trees = new List<BlobId>(3);
        if (firstPass is { } tree)
        {
            trees.Add(tree);
        }

        if (type != BackupType.Full)
        {
            trees.AddRange(Incomplete.Take(1).Select(snapshot => snapshot.Tree));
            if (Parent is not null)
            {
                trees.Add(Parent.Tree);
            }
        }

        return LoadAsync("/", trees, Parent?.Tree, cancellationToken);
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
                IEnumerable<Node> nodes = await _repository.LoadNodesAsync(tree, cancellationToken).ConfigureAwait(false);
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

    private static bool HasPaths(Snapshot snapshot, IReadOnlyList<string> paths) =>
        paths.All(path => snapshot.Paths.Contains(path));
}
