using Backup.Engine.Indexing;
using Backup.Engine.Packs;

namespace Backup.Engine.Tests.Indexing;

/// <summary>Makes packs as an index describes them.</summary>
internal static class RandomPack
{
    /// <summary>The ids that follow from a number, evenly distributed but always the same.</summary>
    public static Digest Id(int number) => Digest.Of(BitConverter.GetBytes(number));

    /// <summary>Blobs that fill a pack from its beginning.</summary>
    public static PackedBlob[] Blobs(Random random, int count)
    {
        var blobs = new PackedBlob[count];
        uint offset = 0;
        for (int i = 0; i < count; i++)
        {
            byte[] id = new byte[Digest.Length];
            random.NextBytes(id);
            uint length = (uint)random.Next(PackedBlob.SealedOverhead, 100_000);
            uint uncompressedLength = random.Next(3) == 0 ? 0 : (uint)random.Next(1, 20_000_000);
            blobs[i] = new PackedBlob((BlobType)random.Next(2), new BlobId(new Digest(id)), offset, length, uncompressedLength);
            offset += length;
        }

        return blobs;
    }

    /// <summary>What an index file says about these packs.</summary>
    public static IndexContents Contents(params IEnumerable<(PackId Pack, IReadOnlyList<PackedBlob> Blobs)> packs)
    {
        var contents = new IndexContents();
        foreach ((PackId pack, IReadOnlyList<PackedBlob> blobs) in packs)
        {
            contents.AddPack(pack);
            foreach (PackedBlob blob in blobs)
            {
                contents.AddBlob(in blob);
            }
        }

        return contents;
    }
}
