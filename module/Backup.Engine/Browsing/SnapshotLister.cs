using Backup.Engine.Repositories;
using Backup.Engine.Snapshots;

namespace Backup.Engine.Browsing;

/// <summary>Lists snapshots in groups.</summary>
internal sealed class SnapshotLister(OpenedRepository repository, SnapshotListOptions options)
{
    /// <summary>Lists them.</summary>
    public Task<SnapshotList> RunAsync(CancellationToken cancellationToken) =>
        LockScope.ReadAsync(repository, ListAsync, cancellationToken);

    private async Task<SnapshotList> ListAsync(CancellationToken cancellationToken)
    {
        SnapshotSelection selection = await new SnapshotSelector(repository)
            .SelectAsync(options.Snapshots, options.Filter, cancellationToken).ConfigureAwait(false);
        return new SnapshotList
        {
            Groups = SnapshotGrouper.Group(selection.Snapshots, options.GroupBy, options.Latest),
            Damaged = [.. selection.Damaged.Select(file => file.Error)],
        };
    }
}
