using System.Numerics;
using Backup.Engine.Indexing;

namespace Backup.Engine.Maintenance.Pruning;

/// <summary>
/// For each blob of the index and each of some sets of snapshots two bits: whether a snapshot of the set needs the blob,
/// and whether one outside of it does.
/// </summary>
/// <param name="blobs">How many blobs there are.</param>
/// <param name="sets">The sets.</param>
internal sealed class OwnerMasks(int blobs, IReadOnlyList<OwnerSet> sets)
{
    private const int SetsPerWord = 32;
    private const ulong InsideBits = 0x5555_5555_5555_5555;

    private readonly int _words = WordsFor(sets.Count);
    private readonly ulong[] _bits = new ulong[(long)blobs * WordsFor(sets.Count)];

    /// <summary>How many sets there can be if there are so many blobs, and memory has a bound.</summary>
    public static int MostSets(int blobs, long memoryInBytes) =>
        (int)Math.Clamp(memoryInBytes / ((long)Math.Max(blobs, 1) * sizeof(ulong)), 1, 1024) * SetsPerWord;

    /// <summary>A snapshot needs a blob.</summary>
    public void Add(int blob, SnapshotId snapshot)
    {
        for (int i = 0; i < sets.Count; i++)
        {
            int bit = (2 * (i % SetsPerWord)) + (sets[i].Snapshots.Contains(snapshot) ? 0 : 1);
            Interlocked.Or(ref _bits[((long)blob * _words) + (i / SetsPerWord)], 1UL << bit);
        }
    }

    /// <summary>Whoever needs the tree needs this blob, too. The tree's bits must be complete.</summary>
    public void Inherit(int blob, int tree)
    {
        for (int i = 0; i < _words; i++)
        {
            ulong wanted = _bits[((long)tree * _words) + i];
            ref ulong word = ref _bits[((long)blob * _words) + i];
            if ((Volatile.Read(ref word) & wanted) != wanted) // mostly it has them
            {
                Interlocked.Or(ref word, wanted);
            }
        }
    }

    /// <summary>Adds up what each set needs.</summary>
    public IEnumerable<UsageOwner> Count(BlobIndex index)
    {
        long[] count = new long[sets.Count];
        long[] bytes = new long[sets.Count];
        long[] exclusive = new long[sets.Count];
        for (int blob = 0; blob < blobs; blob++)
        {
            long length = -1;
            for (int i = 0; i < _words; i++)
            {
                ulong word = _bits[((long)blob * _words) + i];
                for (ulong inside = word & InsideBits; inside != 0; inside &= inside - 1)
                {
                    length = length >= 0 ? length : index.LocationAt(blob).Length;
                    int bit = BitOperations.TrailingZeroCount(inside);
                    int set = (i * SetsPerWord) + (bit / 2);
                    count[set]++;
                    bytes[set] += length;
                    exclusive[set] += (word & (2UL << bit)) == 0 ? length : 0;
                }
            }
        }

        return sets.Select((set, i) => new UsageOwner(set.Name, set.Snapshots.Count)
        {
            Blobs = count[i],
            Bytes = bytes[i],
            ExclusiveBytes = exclusive[i],
        });
    }

    private static int WordsFor(int sets) => (sets + SetsPerWord - 1) / SetsPerWord;
}
