using Backup.Engine.Indexing;
using Backup.Engine.Repositories;

namespace Backup.Engine.Maintenance.Pruning;

/// <summary>Finds all blobs that snapshots need. Anything that can't be read, or is in no index, ends it.</summary>
/// <param name="repository">The repository, with its index loaded.</param>
internal sealed class UsedBlobs(OpenedRepository repository)
{
    private readonly BlobIndex _index = repository.Index;
    private long _treesDone;

    /// <summary>What was found so far.</summary>
    public BlobSet Set { get; } = new(repository.Index);

    /// <summary>Trees read.</summary>
    public long TreesDone => Interlocked.Read(ref _treesDone);

    /// <summary>Follows the trees of snapshots, those that were not come across before.</summary>
    /// <exception cref="RepositoryDamagedException">A tree can't be read, or a blob is in no index.</exception>
    public Task AddAsync(IEnumerable<Snapshot> snapshots, CancellationToken cancellationToken)
    {
        var streamer = new TreeStreamer(repository.LoadTreeAsync, repository.Parallelism)
        {
            Claim = tree => Set.Add(BlobType.Tree, tree),
            Loaded = Add,
        };
        return streamer.VisitAsync(
            snapshots.Select(snapshot => TreeVisit.Root(snapshot.Id, snapshot.Tree)), cancellationToken);
    }

    private void Add(TreeVisit visit, List<Node> nodes)
    {
        foreach (Node node in nodes)
        {
            foreach (BlobId blob in node.Content ?? [])
            {
                int number = _index.IndexOf(BlobType.Data, blob);
                if (number >= 0)
                {
                    Set.Add(number);
                }
                else if (node.Type == NodeType.File)
                {
                    throw new RepositoryDamagedException(
                        $"The file «{TreePath.Combine(visit.Path, node.Name)}» of the snapshot {visit.Snapshot.ToShortString()} needs the blob {blob}, which is in no index. Nothing was removed. Run a check, then repair the index and the snapshots.");
                }
            }
        }

        Interlocked.Increment(ref _treesDone);
    }
}
