using Backup.Engine.Packs;

namespace Backup.Engine.Indexing;

/// <summary>
/// A blob in the index: 40 bytes. Its pack is that of the run of entries it belongs to; its sealed length reaches to the
/// next entry of the run.
/// </summary>
internal readonly struct IndexEntry
{
    /// <summary>The uncompressed length that stands for all that are as large or larger; these are kept elsewhere.</summary>
    public const uint Oversized = 0x3FFF_FFFF;

    private const uint TreeFlag = 0x8000_0000;
    private const uint DuplicateFlag = 0x4000_0000;

    private readonly Digest _id;
    private readonly uint _offset;
    private readonly uint _lengthAndFlags;

    /// <summary>Keeps what is needed of a blob.</summary>
    public IndexEntry(in PackedBlob blob)
        : this(
            blob.Id.Hash,
            blob.Offset,
            Math.Min(blob.UncompressedLength, Oversized) | (blob.Type == BlobType.Tree ? TreeFlag : 0))
    {
    }

    private IndexEntry(Digest id, uint offset, uint lengthAndFlags)
    {
        _id = id;
        _offset = offset;
        _lengthAndFlags = lengthAndFlags;
    }

    /// <summary>The blob's id.</summary>
    public Digest Id => _id;

    /// <summary>Where it begins in its pack.</summary>
    public uint Offset => _offset;

    /// <summary>Bytes of plaintext if it is compressed, else 0; at most <see cref="Oversized"/>.</summary>
    public uint UncompressedLength => _lengthAndFlags & Oversized;

    /// <summary>What it holds.</summary>
    public BlobType Type => (_lengthAndFlags & TreeFlag) != 0 ? BlobType.Tree : BlobType.Data;

    /// <summary>True if another entry of the same blob came before.</summary>
    public bool IsDuplicate => (_lengthAndFlags & DuplicateFlag) != 0;

    /// <summary>The same, marked as a duplicate.</summary>
    public IndexEntry AsDuplicate() => new(_id, _offset, _lengthAndFlags | DuplicateFlag);

    /// <summary>True if it is this blob.</summary>
    public bool Is(BlobType type, in Digest id) => _id.Equals(id) && Type == type;
}
