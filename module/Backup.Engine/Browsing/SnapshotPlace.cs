using Backup.Engine.Repositories;

namespace Backup.Engine.Browsing;

/// <summary>A folder in a snapshot.</summary>
/// <param name="Snapshot">The snapshot.</param>
/// <param name="Tree">The folder's tree.</param>
internal sealed record SnapshotPlace(Snapshot Snapshot, BlobId Tree)
{
    /// <summary>Loads the index and finds what people write as <c>SNAPSHOT:PATH</c>.</summary>
    /// <exception cref="SnapshotNotFoundException">There is no such snapshot.</exception>
    /// <exception cref="ItemNotFoundException">There is no such folder.</exception>
    public static async Task<SnapshotPlace> FindAsync(
        OpenedRepository repository, string text, SnapshotFilter filter, CancellationToken cancellationToken)
    {
        SnapshotPath path = SnapshotPath.Parse(text);

        // The snapshot first: then the index knows all that it needs, whoever writes to the repository meanwhile.
        Snapshot snapshot = await repository.FindSnapshotAsync(path.Snapshot, filter, cancellationToken).ConfigureAwait(false);
        await repository.LoadIndexAsync(cancellationToken).ConfigureAwait(false);
        BlobId tree = await TreePath.FindFolderAsync(repository.LoadTreeAsync, snapshot.Tree, path.Folder, cancellationToken)
            .ConfigureAwait(false);
        return new SnapshotPlace(snapshot, tree);
    }
}
