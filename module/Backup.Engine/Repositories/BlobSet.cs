using System.Collections;
using Backup.Engine.Indexing;

namespace Backup.Engine.Repositories;

/// <summary>
/// A set of blobs in one bit per blob of the index; blobs that are in no index cost more. Thread-safe, but for
/// enumerating.
/// </summary>
/// <param name="index">Numbers the blobs. What is added to it later counts as in no index.</param>
internal sealed class BlobSet(BlobIndex index) : IEnumerable<(BlobType Type, BlobId Id)>
{
    private readonly int _known = index.EntryCount;
    private readonly int[] _bits = new int[(index.EntryCount + 31) / 32];
    private readonly HashSet<(BlobType Type, BlobId Id)> _unknown = [];
    private int _count;

    /// <summary>How many blobs are in the set.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Adds a blob.</summary>
    /// <returns>False if it was in the set already. Of several threads that add the same blob one gets true.</returns>
    public bool Add(BlobType type, BlobId id)
    {
        int number = index.IndexOf(type, id);
        if (number < 0 || number >= _known)
        {
            lock (_unknown)
            {
                if (!_unknown.Add((type, id)))
                {
                    return false;
                }
            }
        }
        else
        {
            return Add(number);
        }

        Interlocked.Increment(ref _count);
        return true;
    }

    /// <summary>Adds the blob that a number of the index stands for.</summary>
    /// <inheritdoc cref="Add(BlobType, BlobId)"/>
    public bool Add(int number)
    {
        if (number >= _known)
        {
            (BlobType type, BlobId id) = index.BlobAt(number);
            return Add(type, id);
        }

        if ((Interlocked.Or(ref _bits[number / 32], 1 << number) & (1 << number)) != 0)
        {
            return false;
        }

        Interlocked.Increment(ref _count);
        return true;
    }

    /// <summary>Whether the blob that a number of the index stands for is in the set.</summary>
    public bool Contains(int number) => number < _known && HasBit(number);

    /// <summary>The numbers of those blobs in the set that the index had when the set was made.</summary>
    public IEnumerable<int> Numbers()
    {
        for (int number = 0; number < _known; number++)
        {
            if (HasBit(number))
            {
                yield return number;
            }
        }
    }

    /// <summary>Whether a blob is in the set.</summary>
    public bool Contains(BlobType type, BlobId id)
    {
        int number = index.IndexOf(type, id);
        if (number >= 0 && number < _known)
        {
            return HasBit(number);
        }

        lock (_unknown)
        {
            return _unknown.Contains((type, id));
        }
    }

    /// <summary>All blobs in the set.</summary>
    public IEnumerator<(BlobType Type, BlobId Id)> GetEnumerator()
    {
        foreach (int number in Numbers())
        {
            yield return index.BlobAt(number);
        }

        foreach ((BlobType Type, BlobId Id) blob in _unknown)
        {
            yield return blob;
        }
    }

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private bool HasBit(int number) => (Volatile.Read(ref _bits[number / 32]) & (1 << number)) != 0;
}
