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
            else if (snapshot.Time <= time && (parent is null || snapshot.Time > parent.Time))
            {
                parent = snapshot;
            }
        }

        incomplete.Sort((a, b) => b.Time.CompareTo(a.Time));
        if (options.Force)
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
    /// <param name="options">Whether everything is to be read in spite of them.</param>
    /// <param name="cancellationToken">Ends the loading.</param>
    public Task<ParentDirectory> LoadRootAsync(BackupOptions options, CancellationToken cancellationToken)
    {
        IEnumerable<BlobId> trees = Incomplete.Take(1).Select(snapshot => snapshot.Tree);
        if (Parent is not null)
        {
            trees = trees.Append(Parent.Tree);
        }

        return options.Force ? Task.FromResult(ParentDirectory.None) : LoadAsync("/", trees, cancellationToken);
    }

    /// <summary>A directory, by the nodes that stand for it in the snapshots.</summary>
    public Task<ParentDirectory> LoadAsync(string path, IReadOnlyList<Node> nodes, CancellationToken cancellationToken) =>
        nodes.Count == 0
            ? Task.FromResult(ParentDirectory.None)
            : LoadAsync(
                path, nodes.Where(node => node.Subtree is not null).Select(node => node.Subtree!.Value), cancellationToken);

    private async Task<ParentDirectory> LoadAsync(
        string path, IEnumerable<BlobId> trees, CancellationToken cancellationToken)
    {
        var versions = new List<IReadOnlyList<Node>>(2);
        foreach (BlobId tree in trees.Distinct())
        {
            try
            {
                versions.Add(await _repository.LoadTreeAsync(tree, cancellationToken).ConfigureAwait(false));
            }
            catch (RepositoryDamagedException exception)
            {
                // The files below are read again: the backup is complete, but the owner must hear of the damage.
                _damaged(new SkippedEntry(path, SkipReason.ParentDamaged, exception.Message));
            }
        }

        return new ParentDirectory(versions);
    }

    private static bool HasPaths(Snapshot snapshot, IReadOnlyList<string> paths) =>
        paths.All(path => snapshot.Paths.Contains(path));
}
