using Backup.Engine.Packs;

namespace Backup.Engine.Indexing;

/// <summary>Where a blob is.</summary>
/// <param name="Pack">The pack that has it.</param>
/// <param name="Offset">Where it begins in the pack file.</param>
/// <param name="Length">Its bytes in the pack: compressed if it is, and sealed.</param>
/// <param name="UncompressedLength">Bytes of its plaintext if it is compressed, else 0.</param>
internal readonly record struct PackedBlobLocation(PackId Pack, uint Offset, uint Length, uint UncompressedLength)
{
    /// <summary>The same with the blob's type and id, and without the pack.</summary>
    public PackedBlob ToPackedBlob(BlobType type, BlobId id) => new(type, id, Offset, Length, UncompressedLength);
}
