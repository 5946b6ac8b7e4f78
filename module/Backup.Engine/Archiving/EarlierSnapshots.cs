using Backup.Engine.Repositories;

namespace Backup.Engine.Archiving;

/// <summary>The snapshots of a repository that a backup goes on from.</summary>
/// <param name="Parent">The newest complete snapshot of the same host and paths, or the one that was asked for.</param>
/// <param name="Incomplete">
/// What interrupted backups of the same host and paths left, newest first: the next complete one replaces them.
/// </param>
internal sealed record EarlierSnapshots(Snapshot? Parent, IReadOnlyList<Snapshot> Incomplete)
{
    /// <summary>A repository without such snapshots.</summary>
    public static readonly EarlierSnapshots None = new(null, []);

    /// <summary>Finds them.</summary>
    public static async Task<EarlierSnapshots> FindAsync(
        OpenedRepository repository,
        BackupOptions options,
        string hostname,
        Timestamp time,
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

        return new EarlierSnapshots(parent, incomplete);
    }

    private static bool HasPaths(Snapshot snapshot, IReadOnlyList<string> paths) =>
        paths.All(path => snapshot.Paths.Contains(path));
}
