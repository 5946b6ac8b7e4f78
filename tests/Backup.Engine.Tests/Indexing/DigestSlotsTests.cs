using Backup.Engine.Indexing;

namespace Backup.Engine.Tests.Indexing;

public sealed class DigestSlotsTests
{
    [Fact]
    public void All_numbers_of_a_hash_are_found_even_in_a_full_table() => PropertyCheck.Holds(random =>
    {
        var slots = new DigestSlots(random.Next(1000));
        var expected = new Dictionary<ulong, List<int>>();
        while (slots.Count < slots.Capacity)
        {
            // Few different hashes, and many that share all but a bit.
            ulong hash = random.Next(3) == 0 ? (ulong)random.Next(5) << 40 : (ulong)random.NextInt64() * 2;
            expected.TryAdd(hash, []);
            expected[hash].Add(slots.Count);
            slots.Add(hash, slots.Count);
        }

        foreach ((ulong hash, List<int> numbers) in expected)
        {
            Assert.Subset(Find(slots, hash), numbers.ToHashSet());
        }
    });

    [Fact]
    public void Unknown_hashes_hardly_ever_yield_a_number()
    {
        const int Count = 10_000;
        var random = new Random(1);
        var slots = new DigestSlots(Count);
        for (int i = 0; i < slots.Capacity; i++)
        {
            slots.Add((ulong)random.NextInt64() * 2, i);
        }

        int candidates = Enumerable.Range(0, Count).Sum(_ => Find(slots, (ulong)random.NextInt64() * 2).Count);

        Assert.InRange(candidates, 0, Count / 500);
    }

    [Fact]
    public void A_full_table_takes_no_more()
    {
        var slots = new DigestSlots(1);
        while (slots.Count < slots.Capacity)
        {
            slots.Add(7, slots.Count);
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => slots.Add(7, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DigestSlots(1).Add(7, slots.Capacity));
    }

    private static HashSet<int> Find(DigestSlots slots, ulong hash)
    {
        var found = new HashSet<int>();
        foreach (int number in slots.Find(hash))
        {
            found.Add(number);
        }

        return found;
    }
}
