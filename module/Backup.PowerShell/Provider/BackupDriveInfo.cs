using System.Collections.Concurrent;
using System.Management.Automation;
using Backup.Engine;
using Backup.PowerShell.Output;

namespace Backup.PowerShell.Provider;

/// <summary>A mounted repository: it holds the connection, and what was read through it. Provider objects live for one call only.</summary>
public sealed class BackupDriveInfo : PSDriveInfo
{
    private const int MaxFolders = 2_000; // folders that are remembered; a large one of 10,000 entries takes about 10 MB

    private static readonly TimeSpan SnapshotsStayNew = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<(SnapshotId Snapshot, string Folder), IReadOnlyList<BackupItem>> _folders = new();
    private IReadOnlyList<Snapshot> _snapshots = [];
    private long _snapshotsRead;

    internal BackupDriveInfo(string name, ProviderInfo provider, BackupRepository repository)
        : base(name, provider, root: name, $"Snapshots of {repository.Name}", credential: null) => Repository = repository;

    /// <summary>What is mounted.</summary>
    public BackupRepository Repository { get; }

    /// <summary>Why snapshots are missing from those that were read last: they are damaged.</summary>
    internal IReadOnlyList<RepositoryDamagedException> Damaged { get; private set; } = [];

    /// <summary>The snapshots, oldest first.</summary>
    /// <param name="anew">Not as they were a few seconds ago.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    internal IReadOnlyList<Snapshot> Snapshots(bool anew, CancellationToken cancellationToken)
    {
        if (anew || _snapshotsRead == 0 || TimeProvider.System.GetElapsedTime(_snapshotsRead) > SnapshotsStayNew)
        {
            SnapshotList list = Run((engine, token) => engine.ListSnapshotsAsync(new SnapshotListOptions(), token), cancellationToken);
            _snapshots = [.. list.Groups.SelectMany(group => group.Snapshots).OrderBy(snapshot => snapshot.Time)];
            Damaged = list.Damaged;
            _snapshotsRead = TimeProvider.System.GetTimestamp();
        }

        return _snapshots;
    }

    /// <summary>A snapshot by the name of its folder: <c>latest</c>, or the beginning of its id.</summary>
    /// <exception cref="RepositoryDamagedException">What is the latest can't be told: one is damaged.</exception>
    internal Snapshot? Snapshot(string name, CancellationToken cancellationToken)
    {
        IReadOnlyList<Snapshot> snapshots = Snapshots(anew: false, cancellationToken);
        if (name.Equals(SnapshotPath.Latest, StringComparison.OrdinalIgnoreCase))
        {
            if (Damaged.Count > 0)
            {
                throw Damaged[0]; // it may be the newest: an older one must not pass for it
            }

            return snapshots.LastOrDefault(snapshot => !snapshot.Tags.Contains(Engine.Snapshot.IncompleteTag));
        }

        Snapshot[] matching = name.Length < 4
            ? []
            : [.. snapshots.Where(snapshot => snapshot.Id.ToString().StartsWith(name, StringComparison.OrdinalIgnoreCase))];
        return matching.Length == 1 ? matching[0] : null;
    }

    /// <summary>What is in a folder of a snapshot. Snapshots never change, so what was read once is remembered.</summary>
    internal IReadOnlyList<BackupItem> Children(Snapshot snapshot, string folder, CancellationToken cancellationToken)
    {
        if (_folders.TryGetValue((snapshot.Id, folder), out IReadOnlyList<BackupItem>? known))
        {
            return known;
        }

        List<BackupItem> items = Run(async (engine, token) =>
        {
            var options = new ListOptions { Snapshot = snapshot.Id.ToString(), Paths = folder == "/" ? [] : [folder] };
            List<BackupItem> found = [];
            await foreach (SnapshotItem item in engine.ListAsync(options, token).ConfigureAwait(false))
            {
                if (item.Path != folder)
                {
                    found.Add(new BackupItem(item.Path, item.Node, snapshot.Id, Repository.Location));
                }
            }

            return found;
        }, cancellationToken);
        if (_folders.Count >= MaxFolders)
        {
            _folders.Clear();
        }

        _folders[(snapshot.Id, folder)] = items;
        return items;
    }

    /// <summary>Forgets what was read.</summary>
    internal void Forget()
    {
        _folders.Clear();
        _snapshotsRead = 0;
    }

    /// <summary>Works on the repository and waits for the result.</summary>
    private T Run<T>(Func<Repository, CancellationToken, Task<T>> work, CancellationToken cancellationToken) => Task.Run(
        async () =>
        {
            using RepositoryLease lease = Repository.Read();
            return await work(lease.Engine, cancellationToken).ConfigureAwait(false);
        },
        CancellationToken.None).GetAwaiter().GetResult();
}
