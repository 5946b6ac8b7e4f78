using Backup.Engine.Repositories;

namespace Backup.Engine.Tests.Repositories;

public class BlobSetTests
{
    [Fact]
    public void It_behaves_like_a_set() => PropertyCheck.Holds(random =>
    {
        int known = random.Next(1, 100);
        BlobSet set = new(known, (_, id) => NumberOf(id, known));
        var expected = new HashSet<(BlobType, int)>();
        for (int i = 0; i < 100; i++)
        {
            int number = random.Next(2 * known);
            Assert.Equal(expected.Add((BlobType.Data, number)), set.Add(BlobType.Data, IdOf(number)));
        }

        for (int number = 0; number < 2 * known; number++)
        {
            Assert.Equal(expected.Contains((BlobType.Data, number)), set.Contains(BlobType.Data, IdOf(number)));
        }

        Assert.Equal(expected.Count, set.Count);
    });

    [Fact]
    public void An_unknown_blob_is_told_from_one_of_the_other_type()
    {
        BlobSet set = new(0, (_, _) => -1);

        set.Add(BlobType.Data, IdOf(1));

        Assert.False(set.Contains(BlobType.Tree, IdOf(1)));
        Assert.True(set.Add(BlobType.Tree, IdOf(1)));
    }

    [Fact]
    public void Of_threads_that_add_the_same_blob_one_is_first()
    {
        const int Known = 10_000;
        BlobSet set = new(Known, (_, id) => NumberOf(id, Known));
        int firsts = 0;

        Parallel.For(0, 4, _ =>
        {
            for (int number = 0; number < Known; number++)
            {
                if (set.Add(BlobType.Tree, IdOf(number)))
                {
                    Interlocked.Increment(ref firsts);
                }
            }
        });

        Assert.Equal(Known, firsts);
        Assert.Equal(Known, set.Count);
    }

    private static BlobId IdOf(int number)
    {
        byte[] bytes = new byte[Digest.Length];
        BitConverter.TryWriteBytes(bytes, number);
        return new BlobId(new Digest(bytes));
    }

    private static int NumberOf(BlobId id, int known)
    {
        byte[] bytes = new byte[Digest.Length];
        id.Hash.CopyTo(bytes);
        int number = BitConverter.ToInt32(bytes);
        return number < known ? number : -1;
    }
}
