using Backup.Engine.Indexing;
using Backup.Engine.Packs;
using Backup.Engine.Repositories;

namespace Backup.Engine.Maintenance.Pruning;

/// <summary>A pack of the index: how much of it is used, and what becomes of it.</summary>
internal sealed class PackTally
{
    /// <summary>Takes what the index says of a pack; nothing of it counts as used yet.</summary>
    /// <param name="pack">The pack.</param>
    /// <param name="fileSize">The file's size in bytes, or -1 if there is none.</param>
    public PackTally(IndexedPack pack, long fileSize)
    {
        (Id, Number, FileSize) = (pack.Id, pack.Number, fileSize);
        IndexedSize = PackedBlob.SealedOverhead + PackHeader.LengthFieldLength;
        bool hasData = false;
        bool hasTrees = false;
        foreach (PackedBlob blob in pack.Blobs)
        {
            IndexedSize += blob.Length + (blob.IsCompressed ? PackHeader.CompressedEntryLength : PackHeader.EntryLength);
            hasData |= blob.Type == BlobType.Data;
            hasTrees |= blob.Type == BlobType.Tree;
            HasUncompressed |= !blob.IsCompressed;
        }

        IsFull = pack.Blobs.Count >= OpenPack.MaxBlobs;
        Content = !hasTrees ? PackContent.Data : hasData ? PackContent.Mixed : PackContent.Trees;
    }

    /// <summary>The pack.</summary>
    public PackId Id { get; }

    /// <summary>Its number in the index.</summary>
    public int Number { get; }

    /// <summary>The file's size in bytes, or -1 if there is none.</summary>
    public long FileSize { get; }

    /// <summary>The size that the file should have.</summary>
    public long IndexedSize { get; }

    /// <summary>Whether the file is as long as it should be. Else it is not relied upon.</summary>
    public bool IsSound => FileSize == IndexedSize;

    /// <summary>Whether an earlier run marked it for removal, and nothing of it is needed.</summary>
    public bool IsMarked { get; set; }

    /// <summary>Whether an earlier run marked it, and it is needed again.</summary>
    public bool IsReinstated { get; set; }

    /// <summary>Whether what it holds counts.</summary>
    public bool IsReliable => IsSound && !IsMarked;

    /// <summary>What its blobs are.</summary>
    public PackContent Content { get; }

    /// <summary>Whether it is full by the number of its blobs: written anew, it would be as small again.</summary>
    public bool IsFull { get; }

    /// <summary>Whether any of its blobs is not compressed.</summary>
    public bool HasUncompressed { get; }

    /// <summary>Blobs that snapshots need.</summary>
    public BlobCount Used { get; set; }

    /// <summary>Blobs that snapshots need and that are counted as used in another pack.</summary>
    public BlobCount Duplicate { get; set; }

    /// <summary>Blobs that no snapshot needs.</summary>
    public BlobCount Unused { get; set; }

    /// <summary>What is not needed of it.</summary>
    public BlobCount Superfluous => Duplicate + Unused;

    /// <summary>What becomes of it.</summary>
    public PackAction Action { get; set; }
}
