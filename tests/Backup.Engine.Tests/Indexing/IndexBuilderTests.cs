using Backup.Engine.Indexing;
using Backup.Engine.Packs;

namespace Backup.Engine.Tests.Indexing;

public sealed class IndexBuilderTests
{
    [Fact]
    public void What_was_added_is_what_the_file_says()
    {
        var builder = new IndexBuilder();
        PackedBlob[] blobs = RandomPack.Blobs(new Random(1), 3);
        var pack = new PackId(RandomPack.Id(1));
        Assert.True(builder.IsEmpty);

        builder.Add(pack, blobs);

        IndexContents contents = IndexDocument.Decode(builder.Encode().Span);
        Assert.False(builder.IsEmpty);
        Assert.Equal((1, 3), (builder.PackCount, builder.BlobCount));
        Assert.Equal(pack, contents.PackAt(0));
        Assert.Equal(blobs, contents.BlobsAt(0).ToArray());
    }

    [Fact]
    public void It_is_full_with_fifty_thousand_blobs()
    {
        var builder = new IndexBuilder();
        PackedBlob[] blobs = Enumerable.Repeat(new PackedBlob(BlobType.Data, BlobId.Of("x"u8), 0, 100, 0), 49_999).ToArray();

        builder.Add(new PackId(RandomPack.Id(1)), blobs);
        Assert.False(builder.IsFull);
        builder.Add(new PackId(RandomPack.Id(2)), blobs[..1]);

        Assert.True(builder.IsFull);
    }
}
