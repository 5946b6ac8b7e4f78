using System.Collections.Concurrent;
using System.Management.Automation;
using Backup.Engine;
using Backup.PowerShell.Output;

namespace Backup.PowerShell.Provider;

/// <summary>A mounted repository: it holds the connection, and what was read through it. Provider objects live for one call only.</summary>
public sealed class BackupDriveInfo : PSDriveInfo, IDisposable
{
    private const int MaxFolders = 2_000; // folders that are remembered; a large one of 10,000 entries takes about 10 MB

    private static readonly TimeSpan SnapshotsStayNew = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<(SnapshotId Snapshot, string Folder), IReadOnlyList<BackupItem>> _folders = new();
    private readonly CancellationTokenSource _stop = new();
    private IReadOnlyList<Snapshot> _snapshots = [];
    private long _snapshotsRead;

    internal BackupDriveInfo(string name, ProviderInfo provider, BackupRepository repository)
        : base(name, provider, root: name, $"Snapshots of {repository.Name}", credential: null) => Repository = repository;

    /// <summary>What is mounted.</summary>
    public BackupRepository Repository { get; }

    /// <inheritdoc/>
    public void Dispose() => _stop.Dispose();

    /// <summary>The snapshots, oldest first.</summary>
    /// <param name="anew">Not as they were a few seconds ago.</param>
    internal IReadOnlyList<Snapshot> Snapshots(bool anew)
    {
        if (anew || _snapshotsRead == 0 || TimeProvider.System.GetElapsedTime(_snapshotsRead) > SnapshotsStayNew)
        {
            SnapshotList list = Run((engine, token) => engine.ListSnapshotsAsync(new SnapshotListOptions(), token));
            _snapshots = [.. list.Groups.SelectMany(group => group.Snapshots).OrderBy(snapshot => snapshot.Time)];
            _snapshotsRead = TimeProvider.System.GetTimestamp();
        }

        return _snapshots;
    }

    /// <summary>A snapshot by the name of its folder: <c>latest</c>, or the beginning of its id.</summary>
    internal Snapshot? Snapshot(string name)
    {
        IReadOnlyList<Snapshot> snapshots = Snapshots(anew: false);
        if (name.Equals(SnapshotPath.Latest, StringComparison.OrdinalIgnoreCase))
        {
            return snapshots.LastOrDefault(snapshot => !snapshot.Tags.Contains(Engine.Snapshot.IncompleteTag));
        }

        Snapshot[] matching = name.Length < 4
            ? []
            : [.. snapshots.Where(snapshot => snapshot.Id.ToString().StartsWith(name, StringComparison.OrdinalIgnoreCase))];
        return matching.Length == 1 ? matching[0] : null;
    }

    /// <summary>What is in a folder of a snapshot. Snapshots never change, so what was read once is remembered.</summary>
    internal IReadOnlyList<BackupItem> Children(Snapshot snapshot, string folder)
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
        });
        if (_folders.Count >= MaxFolders)
        {
            _folders.Clear();
        }

        _folders[(snapshot.Id, folder)] = items;
        return items;
    }

    /// <summary>Works on the repository and waits for the result.</summary>
    internal T Run<T>(Func<Repository, CancellationToken, Task<T>> work) => Task.Run(
        async () =>
        {
            using RepositoryLease lease = Repository.Read();
            return await work(lease.Engine, _stop.Token).ConfigureAwait(false);
        },
        CancellationToken.None).GetAwaiter().GetResult();

    /// <summary>Forgets what was read.</summary>
    internal void Forget()
    {
        _folders.Clear();
        _snapshotsRead = 0;
    }
}
