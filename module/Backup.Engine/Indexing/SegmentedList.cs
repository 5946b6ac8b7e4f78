namespace Backup.Engine.Indexing;

/// <summary>
/// A list that only grows, in segments: no copying, no half-empty doubled array. One thread at a time may add; any may
/// read what <see cref="Count"/> has covered.
/// </summary>
internal sealed class SegmentedList<T>
    where T : struct
{
    private const int SegmentBits = 12;
    private const int SegmentLength = 1 << SegmentBits;

    private T[][] _segments = [];
    private int _count;

    /// <summary>How many there are.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Bytes of memory.</summary>
    public long MemoryInBytes
    {
        get
        {
            int segments = (Count + SegmentLength - 1) >> SegmentBits;
            return ((long)segments * SegmentLength * System.Runtime.CompilerServices.Unsafe.SizeOf<T>())
                + (_segments.Length * (long)IntPtr.Size);
        }
    }

    /// <summary>The one at a place below <see cref="Count"/>.</summary>
    public ref readonly T this[int place] => ref _segments[place >> SegmentBits][place & (SegmentLength - 1)];

    /// <summary>Adds one at the end.</summary>
    /// <returns>Its place.</returns>
    public int Add(in T item)
    {
        int place = _count;
        int segment = place >> SegmentBits;
        if ((place & (SegmentLength - 1)) == 0)
        {
            AddSegment(segment);
        }

        _segments[segment][place & (SegmentLength - 1)] = item;
        Volatile.Write(ref _count, checked(place + 1)); // readers see the item and its segment, if they see the count
        return place;
    }

    /// <summary>Replaces one that nobody reads meanwhile.</summary>
    public void Replace(int place, in T item) => _segments[place >> SegmentBits][place & (SegmentLength - 1)] = item;

    private void AddSegment(int segment)
    {
        T[][] segments = _segments;
        if (segment == segments.Length)
        {
            Array.Resize(ref segments, Math.Max(8, segment + (segment / 2)));
        }

        segments[segment] = new T[SegmentLength];
        _segments = segments;
    }
}
