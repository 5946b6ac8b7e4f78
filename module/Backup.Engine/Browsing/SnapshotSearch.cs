using System.Runtime.CompilerServices;
using Backup.Engine.Repositories;

namespace Backup.Engine.Browsing;

/// <summary>
/// Finds items in snapshots. A folder in which nothing was found is not read again in the next snapshots that have it.
/// </summary>
internal sealed class SnapshotSearch(OpenedRepository repository, FindOptions options)
{
    /// <summary>Finds them.</summary>
    public IAsyncEnumerable<FindMatch> RunAsync(CancellationToken cancellationToken) =>
        LockScope.ReadAsync(repository, FindAsync, cancellationToken);

    private async IAsyncEnumerable<FindMatch> FindAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        SnapshotSelection selection = await new SnapshotSelector(repository)
            .SelectAsync(options.Snapshots, options.Filter, cancellationToken).ConfigureAwait(false);
        foreach ((SnapshotId id, RepositoryDamagedException error) in selection.Damaged)
        {
            Report(new UnreadableFolder(id, "/", null, error), error);
        }

        await repository.LoadIndexAsync(cancellationToken).ConfigureAwait(false);
        IItemSearch search = options.Target == FindTarget.Name
            ? new NameSearch(options)
            : await IdSearch.CreateAsync(repository, options, cancellationToken).ConfigureAwait(false);
        var walk = new SearchWalk(repository, search);
        IOrderedEnumerable<Snapshot> ordered = options.OldestFirst
            ? selection.Snapshots.OrderBy(snapshot => snapshot.Time)
            : selection.Snapshots.OrderByDescending(snapshot => snapshot.Time);
        foreach (Snapshot snapshot in ordered.ThenBy(snapshot => snapshot.Id.Hash))
        {
            await foreach (FindMatch match in walk.FindAsync(
                snapshot, options.Unreadable, cancellationToken).ConfigureAwait(false))
            {
                yield return match;
            }
        }
    }

    private void Report(UnreadableFolder folder, RepositoryDamagedException error)
    {
        if (options.Unreadable is null)
        {
            throw error;
        }

        options.Unreadable(folder);
    }
}
