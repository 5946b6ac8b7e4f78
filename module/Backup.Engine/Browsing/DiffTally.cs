using Backup.Engine.Indexing;
using Backup.Engine.Repositories;

namespace Backup.Engine.Browsing;

/// <summary>Counts what one side of a comparison has.</summary>
internal sealed class DiffTally(BlobIndex index)
{
    private readonly BlobSet _blobs = new(index);
    private long _files;
    private long _folders;
    private long _others;

    /// <summary>The blobs of all items that were looked at, whether they differ or not.</summary>
    public BlobSet Blobs => _blobs;

    /// <summary>Counts an item that the other side has not.</summary>
    public void CountItem(Node node)
    {
        switch (node.Type)
        {
            case NodeType.File:
                _files++;
                break;
            case NodeType.Directory:
                _folders++;
                break;
            default:
                _others++;
                break;
        }
    }

    /// <summary>Notes the blobs of an item.</summary>
    public void AddBlobs(Node node) => AddBlobs(node, _blobs);

    /// <summary>Notes the blobs of an item in a set.</summary>
    public static void AddBlobs(Node node, BlobSet blobs)
    {
        if (node.Type == NodeType.Directory && node.Subtree is BlobId tree)
        {
            blobs.Add(BlobType.Tree, tree);
        }
        else if (node.Type == NodeType.File)
        {
            foreach (BlobId id in node.Content ?? [])
            {
                blobs.Add(BlobType.Data, id);
            }
        }
    }

    /// <summary>The sums, with the blobs that are neither on the other side nor in what both have in common.</summary>
    public DiffCounts Sum(BlobSet other, BlobSet common)
    {
        long data = 0;
        long trees = 0;
        ulong bytes = 0;
        foreach ((BlobType type, BlobId id) in _blobs)
        {
            if (other.Contains(type, id) || common.Contains(type, id))
            {
                continue;
            }

            if (type == BlobType.Tree)
            {
                trees++;
            }
            else
            {
                data++;
            }

            if (index.TryFind(type, id, out PackedBlobLocation location))
            {
                bytes += (ulong)location.ToPackedBlob(type, id).PlaintextLength;
            }
        }

        return new DiffCounts(_files, _folders, _others, data, trees, bytes);
    }
}
