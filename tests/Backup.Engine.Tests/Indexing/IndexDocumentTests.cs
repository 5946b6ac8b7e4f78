using System.Text;
using Backup.Engine.Indexing;
using Backup.Engine.Json;
using Backup.Engine.Packs;
using Backup.Engine.Tests.Trees;

namespace Backup.Engine.Tests.Indexing;

public sealed class IndexDocumentTests
{
    private const string Id1 = "36ab44dc17d39fe2d28eca51df3b0c2009b78caf13b14bbd6cae426f2942a65f";
    private const string Id2 = "008ecced9803082517e14408de7a9a384911b216ec0801b8ecfb5840fa9875ee";
    private const string Id3 = "eaf1fbadb7541ad67240c22b9cd0879c5621c70cb944fdf2e0323c61f6b535f9";

    // As restic 0.19.1 writes it; only older ones wrote «supersedes».
    private const string Restic =
        "{\"packs\":[{\"id\":\"" + Id1 + "\",\"blobs\":[{\"id\":\"" + Id2 + "\",\"type\":\"data\",\"offset\":0,\"length\":33299,"
        + "\"uncompressed_length\":529427},{\"id\":\"" + Id3 + "\",\"type\":\"tree\",\"offset\":33299,\"length\":33303}]}]}\n";

    [Fact]
    public void An_index_of_restic_is_understood()
    {
        IndexContents contents = IndexDocument.Decode(Encoding.UTF8.GetBytes(Restic));

        Assert.Equal(1, contents.PackCount);
        Assert.Equal(Id1, contents.PackAt(0).ToString());
        Assert.Equal(
            [
                new PackedBlob(BlobType.Data, new BlobId(Digest.Parse(Id2)), 0, 33299, 529427),
                new PackedBlob(BlobType.Tree, new BlobId(Digest.Parse(Id3)), 33299, 33303, 0),
            ],
            contents.BlobsAt(0).ToArray());
        Assert.Empty(contents.Supersedes);
    }

    [Fact]
    public void An_index_of_restic_is_written_again_byte_for_byte()
    {
        Assert.Equal(Restic, Encode(IndexDocument.Decode(Encoding.UTF8.GetBytes(Restic))));
    }

    [Fact]
    public void Superseded_files_are_read_and_written()
    {
        string json = "{\"supersedes\":[\"" + Id2 + "\",\"" + Id3 + "\"],\"packs\":[]}\n";

        IndexContents contents = IndexDocument.Decode(Encoding.UTF8.GetBytes(json));

        Assert.Equal([Digest.Parse(Id2), Digest.Parse(Id3)], contents.Supersedes);
        Assert.Equal(json, Encode(contents));
    }

    [Fact]
    public void Decoding_allocates_little_more_than_what_it_gives()
    {
        const int Count = 20_000;
        byte[] json = Encoding.UTF8.GetBytes(Encode(RandomPack.Contents((new PackId(RandomPack.Id(1)), RandomPack.Blobs(new Random(1), Count)))));

        long allocated = Allocations.LeastOf(() => Assert.Equal(Count, IndexDocument.Decode(json).BlobCount));

        Assert.InRange(allocated, 48L * Count, 60L * Count);
    }

    [Fact]
    public void Decoding_takes_back_encoding() => PropertyCheck.Holds(random =>
    {
        (PackId, IReadOnlyList<PackedBlob>)[] packs = [.. Enumerable.Range(0, random.Next(5))
            .Select(_ => (new PackId(RandomNode.Id(random).Hash), (IReadOnlyList<PackedBlob>)RandomPack.Blobs(random, random.Next(1, 10))))];

        IndexContents decoded = IndexDocument.Decode(Encoding.UTF8.GetBytes(Encode(RandomPack.Contents(packs))));

        Assert.Equal(packs.Length, decoded.PackCount);
        for (int i = 0; i < packs.Length; i++)
        {
            Assert.Equal(packs[i].Item1, decoded.PackAt(i));
            Assert.Equal(packs[i].Item2, decoded.BlobsAt(i).ToArray());
        }
    });

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"packs\":null}")]
    [InlineData("{\"packs\":[],\"future\":[{}]}")]
    [InlineData("{\"packs\":[{\"id\":\"" + Id1 + "\",\"blobs\":null,\"x\":1}]}")]
    [InlineData("{\"packs\":[{\"blobs\":[],\"id\":\"" + Id1 + "\"}]}")]
    public void What_is_missing_is_none(string json)
    {
        Assert.Equal(0, IndexDocument.Decode(Encoding.UTF8.GetBytes(json)).BlobCount);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{\"packs\":{}}")]
    [InlineData("{\"packs\":[{}]}")]
    [InlineData("{\"packs\":[{\"id\":null}]}")]
    [InlineData("{\"packs\":[{\"id\":\"0000000000000000000000000000000000000000000000000000000000000000\"}]}")]
    [InlineData("{\"packs\":[{\"id\":\"" + Id1 + "\",\"blobs\":[{}]}]}")]
    [InlineData("{\"packs\":[]}{}")]
    [InlineData("{\"supersedes\":[1]}")]
    public void What_is_no_index_is_damage(string json)
    {
        Assert.Throws<RepositoryDamagedException>(() => IndexDocument.Decode(Encoding.UTF8.GetBytes(json)));
    }

    [Theory]
    [InlineData("\"type\":\"data\",\"offset\":0,\"length\":32", true)]
    [InlineData("\"type\":\"data\",\"offset\":0,\"length\":31", false)]
    [InlineData("\"type\":\"data\",\"offset\":0", false)]
    [InlineData("\"type\":\"data\",\"offset\":4294967195,\"length\":100", true)]
    [InlineData("\"type\":\"data\",\"offset\":4294967196,\"length\":100", false)]
    [InlineData("\"type\":\"data\",\"offset\":4294967296,\"length\":100", false)]
    [InlineData("\"type\":\"data\",\"offset\":-1,\"length\":100", false)]
    [InlineData("\"type\":\"data\",\"offset\":0,\"length\":4294967296", false)]
    [InlineData("\"type\":\"data\",\"offset\":0,\"length\":100,\"uncompressed_length\":4294967296", false)]
    [InlineData("\"type\":\"snapshot\",\"offset\":0,\"length\":100", false)]
    [InlineData("\"type\":1,\"offset\":0,\"length\":100", false)]
    [InlineData("\"offset\":0,\"length\":100", false)]
    public void Blobs_have_to_be_possible(string fields, bool isPossible)
    {
        byte[] json = Encoding.UTF8.GetBytes(
            "{\"packs\":[{\"id\":\"" + Id1 + "\",\"blobs\":[{\"id\":\"" + Id2 + "\"," + fields + "}]}]}");

        if (isPossible)
        {
            Assert.Equal(1, IndexDocument.Decode(json).BlobCount);
        }
        else
        {
            Assert.Throws<RepositoryDamagedException>(() => IndexDocument.Decode(json));
        }
    }

    [Fact]
    public void The_oldest_format_is_named_as_such()
    {
        RepositoryDamagedException damage = Assert.Throws<RepositoryDamagedException>(
            () => IndexDocument.Decode(Encoding.UTF8.GetBytes("[]"), Digest.Parse(Id1)));

        Assert.Contains("restic 0.1", damage.Message, StringComparison.Ordinal);
        Assert.Contains(Id1, damage.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Altered_bytes_yield_an_index_or_damage_and_nothing_else() => PropertyCheck.Holds(random =>
    {
        byte[] json = Encoding.UTF8.GetBytes(Restic);
        json[random.Next(json.Length)] = random.Next(2) == 0 ? (byte)random.Next(256) : "{}[]\",:9"u8[random.Next(8)];
        byte[] altered = json[..(random.Next(2) == 0 ? json.Length : random.Next(json.Length))];

        try
        {
            new BlobIndex().Load(IndexDocument.Decode(altered));
        }
        catch (RepositoryDamagedException)
        {
            // the only thing that may come out of it
        }
    });

    private static string Encode(IndexContents contents)
    {
        var json = new GoJsonWriter();
        IndexDocument.Encode(contents, json);
        return Encoding.UTF8.GetString(json.Written.Span);
    }
}
