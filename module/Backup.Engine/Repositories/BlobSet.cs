namespace Backup.Engine.Repositories;

/// <summary>
/// A set of blobs in one bit per blob of the index; blobs that are in no index cost more. Thread-safe.
/// </summary>
/// <param name="known">How many blobs the index has.</param>
/// <param name="numberOf">The number of a blob in the index, 0 … known-1, or -1 if it is not there.</param>
internal sealed class BlobSet(int known, Func<BlobType, BlobId, int> numberOf)
{
    private readonly int[] _bits = new int[(known + 31) / 32];
    private readonly HashSet<(BlobType Type, BlobId Id)> _unknown = [];
    private int _count;

    /// <summary>How many blobs are in the set.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Adds a blob.</summary>
    /// <returns>False if it was in the set already. Of several threads that add the same blob one gets true.</returns>
    public bool Add(BlobType type, BlobId id)
    {
        int number = numberOf(type, id);
        if (number < 0)
        {
            lock (_unknown)
            {
                if (!_unknown.Add((type, id)))
                {
                    return false;
                }
            }
        }
        else if ((Interlocked.Or(ref _bits[number / 32], 1 << number) & (1 << number)) != 0)
        {
            return false;
        }

        Interlocked.Increment(ref _count);
        return true;
    }

    /// <summary>Whether a blob is in the set.</summary>
    public bool Contains(BlobType type, BlobId id)
    {
        int number = numberOf(type, id);
        if (number >= 0)
        {
            return ContainsNumber(number);
        }

        lock (_unknown)
        {
            return _unknown.Contains((type, id));
        }
    }

    /// <summary>Whether the blob of this number in the index is in the set.</summary>
    public bool ContainsNumber(int number) => (Volatile.Read(ref _bits[number / 32]) & (1 << number)) != 0;
}
