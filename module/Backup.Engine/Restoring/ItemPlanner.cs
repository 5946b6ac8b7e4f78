using Backup.Engine.Indexing;
using Backup.Engine.Packs;
using Backup.Engine.Restoring.Targets;

namespace Backup.Engine.Restoring;

/// <summary>Plans what is to be done for an item that is no directory; links and devices are made at once.</summary>
internal sealed class ItemPlanner(RestoreJob job)
{
    /// <summary>No tool makes larger data blobs; restic's chunks end at 8 MiB.</summary>
    private const long MaxBlobLength = 64 * 1024 * 1024;

    private readonly SpecialMaker _specials = new(job);
    private readonly ObstacleRemover _obstacles = new(job);
    private readonly Dictionary<(ulong Device, ulong Inode), HardLinkGroup> _groups = [];
    private long _number;

    /// <summary>Plans an item.</summary>
    /// <param name="plan">Takes what is to be done.</param>
    /// <param name="directory">Where it goes; it has been made.</param>
    /// <param name="node">The item.</param>
    /// <returns>A file that has to be compared before it can be planned; null otherwise.</returns>
    public ExistingFile? Plan(RestorePlan plan, DirectoryPlan directory, Node node)
    {
        job.Log.Add(RestoreCount.Items);
        try
        {
            return node.Type == NodeType.File ? PlanFile(plan, directory, node) : PlanOther(directory, node);
        }
        catch (TargetException exception)
        {
            FileWriter.ThrowIfFull(exception);
            RestoreIssueKind kind = exception.Failure == TargetFailure.Exists ? RestoreIssueKind.InTheWay : RestoreIssueKind.WriteFailed;
            job.Log.Fail(directory, node.Name, node.Type, kind, exception.Message);
        }
        catch (RepositoryDamagedException exception)
        {
            job.Log.Fail(directory, node.Name, node.Type, RestoreIssueKind.Damaged, exception.Message);
        }

        return null;
    }

    private ExistingFile? PlanOther(DirectoryPlan directory, Node node)
    {
        TargetEntry? existing = Inspect(directory, node.Name);
        if (existing is { } entry && !OverwriteRule.Replaces(job.Options.Overwrite, node, entry))
        {
            job.Log.Kept(node.Type, 0, directory, node.Name);
        }
        else
        {
            _specials.Make(directory, node, PredecessorOf(existing?.Type));
        }

        return null;
    }

    private ExistingFile? PlanFile(RestorePlan plan, DirectoryPlan directory, Node node)
    {
        IReadOnlyList<BlobId> content = node.Content ?? [];
        List<(PackId Pack, PackedBlob Blob)> blobs = Locate(content, out long length);
        EntryMetadata metadata = job.Metadata.Choose(node, directory);
        HardLinkGroup? group = FindGroup(directory, node, content);
        if (group is not null && !(group.Name == node.Name && group.Directory == directory))
        {
            plan.Links.Add(new LinkPlan(group, directory, node.Name, length, metadata));
            return null;
        }

        job.Log.Add(RestoreCount.BytesTotal, length);
        TargetEntry? existing = Inspect(directory, node.Name);
        if (existing is { } kept && !OverwriteRule.Replaces(job.Options.Overwrite, node, kept))
        {
            Forget(node, group); // the next name has to bring the content itself
            job.Log.Kept(NodeType.File, length, directory, node.Name);
            return null;
        }

        var file = new FilePlan(directory, node.Name, _number++)
        {
            Metadata = metadata,
            Length = length,
            Content = content,
            Group = group,
            Predecessor = PredecessorOf(existing?.Type),
        };
        if (file.Predecessor == Predecessor.Directory)
        {
            ThrowIfBlocked(directory, node.Name);
        }

        var pieces = new List<(PackId, Piece)>(blobs.Count);
        long offset = 0;
        foreach ((PackId pack, PackedBlob blob) in blobs)
        {
            pieces.Add((pack, new Piece(blob, file, offset)));
            offset += blob.PlaintextLength;
        }

        if ((ulong)length != node.Size)
        {
            job.Log.Error(
                directory.PathOf(node.Name),
                RestoreIssueKind.Damaged,
                $"The snapshot says that the file has {node.Size:N0} bytes, but its blobs have {length:N0}. What the blobs have is restored.");
        }

        if (existing is { Type: NodeType.File } entry)
        {
            return new ExistingFile(file, pieces, entry);
        }

        if (job.Options.DryRun)
        {
            file.Group?.Complete(null);
            job.Log.Add(RestoreCount.BytesDone, length);
            job.Log.FileDone(RestoreItemAction.Restored, length, directory, node.Name);
            return null;
        }

        plan.Add(file, pieces, job.Options.Verify);
        return null;
    }

    /// <summary>What is there; nothing in a directory that this restore has made.</summary>
    private TargetEntry? Inspect(DirectoryPlan directory, string name)
    {
        if (directory.State != DirectoryState.Existing)
        {
            return null;
        }

        using DirectoryLease lease = job.Directories.Rent(directory);
        return lease.Directory.Inspect(name);
    }

    private List<(PackId Pack, PackedBlob Blob)> Locate(IReadOnlyList<BlobId> content, out long length)
    {
        var blobs = new List<(PackId, PackedBlob)>(content.Count);
        length = 0;
        for (int i = 0; i < content.Count; i++)
        {
            if (!job.Repository.Index.TryFind(BlobType.Data, content[i], out PackedBlobLocation location))
            {
                throw new RepositoryDamagedException(
                    $"The data blob {content[i]}, which the file needs, is in no index. Run a check, then rebuild the index.");
            }

            PackedBlob blob = location.ToPackedBlob(BlobType.Data, content[i]);
            if (blob.Length < PackedBlob.SealedOverhead || Math.Max(blob.Length, blob.PlaintextLength) > MaxBlobLength)
            {
                throw new RepositoryDamagedException(
                    $"The index says that the data blob {blob.Id} has {Math.Max(blob.Length, blob.UncompressedLength):N0} bytes, which no data blob has. Run a check.");
            }

            length += blob.PlaintextLength;
            blobs.Add((location.Pack, blob));
        }

        return blobs;
    }

    /// <summary>
    /// The group of a file with several names, founded by the first one. A name whose content differs from the group's is
    /// a file of its own: the snapshot says two things, and content counts more.
    /// </summary>
    private HardLinkGroup? FindGroup(DirectoryPlan directory, Node node, IReadOnlyList<BlobId> content)
    {
        if (node.Links < 2)
        {
            return null;
        }

        (ulong, ulong) key = (node.DeviceId, node.Inode);
        if (!_groups.TryGetValue(key, out HardLinkGroup? group))
        {
            group = new HardLinkGroup(directory, node.Name) { Content = content };
            _groups.Add(key, group);
            return group;
        }

        if (group.Content.SequenceEqual(content))
        {
            return group;
        }

        job.Log.Note(
            directory.PathOf(node.Name),
            RestoreIssueKind.Damaged,
            $"The snapshot says that this is the same file as «{group}», but with other content. It was restored as a file of its own.");
        return null;
    }

    private void Forget(Node node, HardLinkGroup? group)
    {
        if (group is not null)
        {
            _groups.Remove((node.DeviceId, node.Inode));
        }
    }

    private void ThrowIfBlocked(DirectoryPlan directory, string name)
    {
        using DirectoryLease lease = job.Directories.Rent(directory);
        if (_obstacles.Blocks(lease.Directory, name))
        {
            throw ObstacleRemover.InTheWay();
        }
    }

    private static Predecessor PredecessorOf(NodeType? type) => type switch
    {
        null => Predecessor.None,
        NodeType.File => Predecessor.File,
        NodeType.Directory => Predecessor.Directory,
        _ => Predecessor.Other,
    };
}
