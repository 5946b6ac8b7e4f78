using Backup.Engine.Packs;

namespace Backup.Engine.Indexing;

/// <summary>A pack as the index knows it.</summary>
/// <param name="Id">The pack.</param>
/// <param name="IndexFile">The index file that described it first; null if it was stored since.</param>
/// <param name="Blobs">Its blobs in the order of their offsets.</param>
internal sealed record IndexedPack(PackId Id, Digest? IndexFile, IReadOnlyList<PackedBlob> Blobs)
{
    /// <summary>A number below <see cref="BlobIndex.PackNumbers"/> that stands for the pack as long as the index lives.</summary>
    public int Number { get; init; }
}
