using Backup.Engine.Indexing;
using Backup.Engine.Packs;
using Backup.Engine.Repositories;

namespace Backup.Engine.Tests.Repositories;

public class BlobSetTests
{
    [Fact]
    public void It_behaves_like_a_set() => PropertyCheck.Holds(50, random =>
    {
        int known = random.Next(1, 100);
        var set = new BlobSet(IndexOf(known));
        var expected = new HashSet<(BlobType, BlobId)>();
        for (int i = 0; i < 100; i++)
        {
            (BlobType, BlobId) blob = ((BlobType)random.Next(2), IdOf(random.Next(2 * known)));
            Assert.Equal(expected.Add(blob), set.Add(blob.Item1, blob.Item2));
        }

        for (int number = 0; number < 2 * known; number++)
        {
            Assert.Equal(expected.Contains((BlobType.Data, IdOf(number))), set.Contains(BlobType.Data, IdOf(number)));
            Assert.Equal(expected.Contains((BlobType.Tree, IdOf(number))), set.Contains(BlobType.Tree, IdOf(number)));
        }

        Assert.Equal(expected.Count, set.Count);
        Assert.Equal(expected, set.ToHashSet());
    });

    [Fact]
    public void What_is_stored_later_is_in_the_set_all_the_same()
    {
        BlobIndex index = IndexOf(1);
        var set = new BlobSet(index);
        index.AddPack(new PackId(Digest.Of([9])), [new PackedBlob(BlobType.Data, IdOf(7), 0, 40, 0)]);

        Assert.True(set.Add(BlobType.Data, IdOf(7)));

        Assert.False(set.Add(BlobType.Data, IdOf(7)));
        Assert.True(set.Contains(BlobType.Data, IdOf(7)));
    }

    [Fact]
    public void Of_threads_that_add_the_same_blob_one_is_first()
    {
        const int Known = 2_000;
        var set = new BlobSet(IndexOf(Known));
        int firsts = 0;

        Parallel.For(0, 4, _ =>
        {
            for (int number = 0; number < 2 * Known; number++)
            {
                if (set.Add(BlobType.Data, IdOf(number)))
                {
                    Interlocked.Increment(ref firsts);
                }
            }
        });

        Assert.Equal(2 * Known, firsts);
        Assert.Equal(2 * Known, set.Count);
    }

    /// <summary>An index of one pack with so many data blobs.</summary>
    private static BlobIndex IndexOf(int blobs)
    {
        var index = new BlobIndex();
        index.AddPack(
            new PackId(Digest.Of([1])),
            [.. Enumerable.Range(0, blobs).Select(number => new PackedBlob(BlobType.Data, IdOf(number), (uint)number * 40, 40, 0))]);
        return index;
    }

    private static BlobId IdOf(int number) => BlobId.Of(BitConverter.GetBytes(number));
}
