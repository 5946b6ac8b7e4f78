using Backup.Engine.Packs;

namespace Backup.Engine.Indexing;

/// <summary>A pack that is to be removed later, and that no index file lists as one to be used.</summary>
/// <param name="Id">The pack.</param>
/// <param name="Time">When it was marked; null: nobody knows.</param>
/// <param name="Blobs">What it holds, so that it can be taken back; empty: nobody knew.</param>
internal sealed record MarkedPack(PackId Id, Timestamp? Time, IReadOnlyList<PackedBlob> Blobs);
