using System.Buffers.Binary;
using Backup.Engine.Packs;
using Backup.Engine.Tests.Trees;

namespace Backup.Engine.Tests.Packs;

public sealed class PackHeaderTests
{
    private const int Overhead = PackedBlob.SealedOverhead + PackHeader.LengthFieldLength;

    [Fact]
    public void Entries_have_the_layout_of_the_format()
    {
        BlobId id = BlobId.Of("x"u8);
        PackedBlob[] blobs =
        [
            new(BlobType.Data, id, 0, 0x01020304, 0),
            new(BlobType.Tree, id, 0x01020304, 50, 0x0A0B0C0D),
        ];
        byte[] header = new byte[PackHeader.EncodedLength(blobs)];

        PackHeader.Encode(blobs, header);

        string hexId = id.ToString();
        Assert.Equal("00" + "04030201" + hexId + "03" + "32000000" + "0d0c0b0a" + hexId, Convert.ToHexStringLower(header));
    }

    [Fact]
    public void Decoding_takes_back_encoding() => PropertyCheck.Holds(random =>
    {
        List<PackedBlob> blobs = RandomBlobs(random, random.Next(20));
        byte[] header = new byte[PackHeader.EncodedLength(blobs)];

        PackHeader.Encode(blobs, header);

        Assert.Equal(blobs, PackHeader.Decode(header, BlobsEnd(blobs) + header.Length + Overhead));
    });

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    [InlineData(-1_000_000)]
    public void The_pack_has_to_be_as_long_as_its_header_says(int difference)
    {
        List<PackedBlob> blobs = RandomBlobs(new Random(1), 5);
        byte[] header = new byte[PackHeader.EncodedLength(blobs)];
        PackHeader.Encode(blobs, header);

        Assert.Throws<RepositoryDamagedException>(
            () => PackHeader.Decode(header, BlobsEnd(blobs) + header.Length + Overhead + difference));
    }

    [Theory]
    [InlineData(4, 100u, 1u)]
    [InlineData(255, 100u, 1u)]
    [InlineData(0, 31u, 1u)]
    [InlineData(2, 31u, 1u)]
    [InlineData(3, 100u, 0u)]
    public void Impossible_entries_are_damage(byte kind, uint length, uint uncompressedLength)
    {
        byte[] header = new byte[(kind & 2) != 0 ? PackHeader.CompressedEntryLength : PackHeader.EntryLength];
        header[0] = kind;
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(1), length);
        if (header.Length == PackHeader.CompressedEntryLength)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(5), uncompressedLength);
        }

        Assert.Throws<RepositoryDamagedException>(() => PackHeader.Decode(header, length + header.Length + Overhead));
    }

    [Fact]
    public void Blobs_that_reach_beyond_four_gigabytes_are_damage()
    {
        byte[] header = new byte[2 * PackHeader.EntryLength];
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(1), uint.MaxValue);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(1 + PackHeader.EntryLength), 100);

        Assert.Throws<RepositoryDamagedException>(
            () => PackHeader.Decode(header, (long)uint.MaxValue + 100 + header.Length + Overhead));
    }

    [Fact]
    public void A_header_of_many_entries_takes_no_more_memory_than_it_justifies()
    {
        byte[] header = new byte[PackHeader.EntryLength * 1000];
        long before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Throws<RepositoryDamagedException>(() => PackHeader.Decode(header, long.MaxValue));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 * header.Length);
    }

    [Fact]
    public void Random_and_altered_headers_are_damage_or_decode() => PropertyCheck.Holds(random =>
    {
        List<PackedBlob> blobs = RandomBlobs(random, random.Next(1, 6));
        byte[] header = new byte[PackHeader.EncodedLength(blobs)];
        PackHeader.Encode(blobs, header);
        header[random.Next(header.Length)] ^= (byte)(1 << random.Next(8));
        byte[] altered = header[..(random.Next(2) == 0 ? header.Length : random.Next(header.Length))];

        try
        {
            List<PackedBlob> decoded = PackHeader.Decode(altered, BlobsEnd(blobs) + header.Length + Overhead);
            Assert.NotEqual(blobs, decoded);
        }
        catch (RepositoryDamagedException)
        {
            // the only thing that may come out of it
        }
    });

    [Fact]
    public void Blobs_with_gaps_between_them_are_refused()
    {
        BlobId id = BlobId.Of("x"u8);
        byte[] header = new byte[2 * PackHeader.EntryLength];

        Assert.Throws<ArgumentException>(() => PackHeader.Encode([new PackedBlob(BlobType.Data, id, 1, 50, 0)], header));
        Assert.Throws<ArgumentException>(() => PackHeader.Encode([new PackedBlob(BlobType.Data, id, 0, 31, 0)], header));
    }

    [Fact]
    public void Plaintext_lengths_follow_from_the_sealed_or_the_uncompressed_length()
    {
        BlobId id = BlobId.Of("x"u8);

        Assert.Equal(68, new PackedBlob(BlobType.Data, id, 0, 100, 0).PlaintextLength);
        Assert.Equal(500, new PackedBlob(BlobType.Data, id, 0, 100, 500).PlaintextLength);
        Assert.Throws<RepositoryDamagedException>(() => new PackedBlob(BlobType.Data, id, 0, 100, uint.MaxValue).PlaintextLength);
    }

    private static long BlobsEnd(List<PackedBlob> blobs) => blobs.Sum(blob => (long)blob.Length);

    private static List<PackedBlob> RandomBlobs(Random random, int count)
    {
        var blobs = new List<PackedBlob>();
        uint offset = 0;
        for (int i = 0; i < count; i++)
        {
            uint length = (uint)random.Next(PackedBlob.SealedOverhead, 100_000);
            uint uncompressedLength = random.Next(2) == 0 ? 0 : (uint)random.Next(1, int.MaxValue);
            blobs.Add(new PackedBlob((BlobType)random.Next(2), RandomNode.Id(random), offset, length, uncompressedLength));
            offset += length;
        }

        return blobs;
    }
}
