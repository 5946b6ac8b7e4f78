using Backup.Engine.Indexing;
using Backup.Engine.Maintenance.Pruning;
using Backup.Engine.Packs;
using Backup.Engine.Repositories;

namespace Backup.Engine.Tests.Maintenance.Pruning;

/// <summary>Packs of the index as a survey gives them, without any content.</summary>
internal static class PackMaker
{
    private const long MiB = 1024 * 1024;

    /// <summary>A pack with one blob for each part, of so many mebibytes.</summary>
    public static PackTally Make(
        int number, long used, long duplicate = 0, long unused = 0, PackContent content = PackContent.Data, bool isCompressed = true)
    {
        var blobs = new List<PackedBlob>();
        Add(used);
        Add(duplicate);
        Add(unused);
        var indexed = new IndexedPack(new PackId(Digest.Of(BitConverter.GetBytes(number))), null, blobs) { Number = number };
        return new PackTally(indexed, new PackTally(indexed, 0).IndexedSize)
        {
            Used = Count(used),
            Duplicate = Count(duplicate),
            Unused = Count(unused),
        };

        void Add(long size)
        {
            if (size > 0)
            {
                BlobType type = content == PackContent.Trees || (content == PackContent.Mixed && blobs.Count == 0) ? BlobType.Tree : BlobType.Data;
                var id = new BlobId(Digest.Of(BitConverter.GetBytes((number * 10) + blobs.Count)));
                uint offset = blobs.Count == 0 ? 0 : blobs[^1].Offset + blobs[^1].Length;
                blobs.Add(new PackedBlob(type, id, offset, (uint)(size * MiB), isCompressed ? (uint)(2 * size * MiB) : 0));
            }
        }
    }

    /// <summary>A pack of many blobs of a hundred bytes.</summary>
    public static PackTally MakeFull(int number, int unused = 0)
    {
        const int Length = 100;
        List<PackedBlob> blobs =
        [
            .. Enumerable.Range(0, OpenPack.MaxBlobs).Select(place => new PackedBlob(
                BlobType.Data, new BlobId(Digest.Of(BitConverter.GetBytes((number << 16) + place))), (uint)(place * Length), Length, 200)),
        ];
        var indexed = new IndexedPack(new PackId(Digest.Of(BitConverter.GetBytes(number))), null, blobs) { Number = number };
        return new PackTally(indexed, new PackTally(indexed, 0).IndexedSize)
        {
            Used = new BlobCount(blobs.Count - unused, (blobs.Count - unused) * Length),
            Unused = new BlobCount(unused, unused * Length),
        };
    }

    private static BlobCount Count(long size) => size == 0 ? default : new BlobCount(1, size * MiB);
}
