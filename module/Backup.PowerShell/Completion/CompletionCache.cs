using System.Collections;
using System.Management.Automation;
using System.Runtime.CompilerServices;
using Backup.Engine;
using Backup.PowerShell.Binding;
using Backup.PowerShell.Output;
using Backup.PowerShell.Sessions;

namespace Backup.PowerShell.Completion;

/// <summary>What completers know of repositories: only of those that are open, and what comes quickly. Never asks, never throws.</summary>
internal static class CompletionCache
{
    private static readonly TimeSpan Budget = TimeSpan.FromMilliseconds(300);
    private static readonly ConditionalWeakTable<BackupRepository, StrongBox<IReadOnlyList<Snapshot>>> Lists = [];

    /// <summary>The connection that a command line means.</summary>
    public static BackupRepository? Connection(IDictionary bound)
    {
        object? named = bound["Repository"];
        named = named is IList { Count: > 0 } several ? several[0] : named; // what all of them have is what the first one has
        named = named is PSObject wrapped ? wrapped.BaseObject : named;
        BackupRepository? repository = named switch
        {
            null => SessionStore.Current.Default,
            BackupRepository given => given,
            RepositoryReference reference => reference.Repository ?? SessionStore.Current.Find(reference.Text),
            string text => SessionStore.Current.Find(text),
            _ => null,
        };
        return repository is { IsConnected: true } ? repository : null;
    }

    /// <summary>The snapshots, newest first: as they are now if that takes no longer than people wait for a key, else as they were.</summary>
    public static IReadOnlyList<Snapshot> Snapshots(IDictionary bound)
    {
        if (Connection(bound) is not { } repository)
        {
            return [];
        }

        StrongBox<IReadOnlyList<Snapshot>> last = Lists.GetValue(repository, static _ => new([]));
        Task<IReadOnlyList<Snapshot>> loading = Task.Run(() => LoadAsync(repository, last));
        return Wait(loading, Budget) ?? last.Value ?? [];
    }

    /// <summary>The names in a folder of a snapshot, folders with a slash behind.</summary>
    public static IReadOnlyList<string> Items(IDictionary bound, string snapshot, string folder)
    {
        if (Connection(bound) is not { } repository)
        {
            return [];
        }

        return Wait(Task.Run(() => ListAsync(repository, snapshot, folder)), Budget) ?? [];
    }

    private static async Task<IReadOnlyList<Snapshot>> LoadAsync(BackupRepository repository, StrongBox<IReadOnlyList<Snapshot>> last)
    {
        using RepositoryLease lease = repository.Read();
        SnapshotList list = await lease.Engine.ListSnapshotsAsync(new SnapshotListOptions(), CancellationToken.None).ConfigureAwait(false);
        return last.Value = [.. list.Groups.SelectMany(group => group.Snapshots).OrderByDescending(snapshot => snapshot.Time)];
    }

    private static async Task<IReadOnlyList<string>> ListAsync(BackupRepository repository, string snapshot, string folder)
    {
        using RepositoryLease lease = repository.Read();
        var options = new ListOptions { Snapshot = snapshot, Paths = [folder] };
        List<string> names = [];
        using var limit = new CancellationTokenSource(Budget);
        await foreach (SnapshotItem item in lease.Engine.ListAsync(options, limit.Token).ConfigureAwait(false))
        {
            if (item.Path != folder)
            {
                names.Add(item.Node.Type == NodeType.Directory ? item.Path + "/" : item.Path);
            }
        }

        return names;
    }

    private static T? Wait<T>(Task<T> task, TimeSpan budget)
        where T : class
    {
        ((IAsyncResult)task).AsyncWaitHandle.WaitOne(budget);
        if (task.IsCompletedSuccessfully)
        {
            return task.GetAwaiter().GetResult();
        }

        // Later is too late for this key; an error is of no interest to somebody who is still typing.
        task.ContinueWith(static late => _ = late.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        return null;
    }
}
