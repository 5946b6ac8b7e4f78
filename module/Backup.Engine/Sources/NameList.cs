using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Backup.Engine.Sources;

/// <summary>
/// Names as bytes, many in one array, each followed by a zero byte so that the system can take it from where it is.
/// </summary>
internal sealed class NameList
{
    private byte[] _bytes;
    private Entry[] _entries;
    private int _used;

    /// <summary>An empty list with room for so many bytes.</summary>
    public NameList(int capacityInBytes = 256)
    {
        _bytes = new byte[capacityInBytes];
        _entries = new Entry[Math.Max(4, capacityInBytes / 32)];
    }

    /// <summary>How many names there are.</summary>
    public int Count { get; private set; }

    /// <summary>A name, without its zero byte.</summary>
    public ReadOnlySpan<byte> this[int index] => _bytes.AsSpan(_entries[index].Offset, _entries[index].Length);

    /// <summary>Adds a name.</summary>
    public void Add(ReadOnlySpan<byte> name)
    {
        int needed = checked(_used + name.Length + 1);
        if (needed > _bytes.Length)
        {
            Array.Resize(ref _bytes, (int)Math.Min(Math.Max((long)_bytes.Length * 2, needed), Array.MaxLength));
        }

        if (Count == _entries.Length)
        {
            Array.Resize(ref _entries, _entries.Length * 2);
        }

        name.CopyTo(_bytes.AsSpan(_used));
        _bytes[needed - 1] = 0;
        _entries[Count++] = new Entry(Prefix(name), _used, name.Length);
        _used = needed;
    }

    /// <summary>Orders the names by their bytes and removes what is there twice.</summary>
    public void Sort()
    {
        Span<Entry> entries = _entries.AsSpan(0, Count);
        entries.Sort(Compare);
        int kept = 0;
        for (int i = 0; i < entries.Length; i++)
        {
            // A directory that changes while it is listed can name an entry twice.
            if (i == 0 || Compare(entries[kept - 1], entries[i]) != 0)
            {
                entries[kept++] = entries[i];
            }
        }

        Count = kept;
    }

    /// <summary>Whether a name is in the sorted list.</summary>
    public bool Contains(ReadOnlySpan<byte> name)
    {
        int low = 0;
        int high = Count - 1;
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            int order = this[middle].SequenceCompareTo(name);
            if (order == 0)
            {
                return true;
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return false;
    }

    /// <summary>A name's first byte, for pinning; the zero byte follows the name.</summary>
    public ref readonly byte Start(int index) =>
        ref MemoryMarshal.GetReference(_bytes.AsSpan(_entries[index].Offset));

    private static ulong Prefix(ReadOnlySpan<byte> name)
    {
        if (name.Length >= sizeof(ulong))
        {
            return BinaryPrimitives.ReadUInt64BigEndian(name);
        }

        Span<byte> padded = stackalloc byte[sizeof(ulong)];
        padded.Clear();
        name.CopyTo(padded);
        return BinaryPrimitives.ReadUInt64BigEndian(padded);
    }

    private int Compare(Entry left, Entry right) =>
        left.Prefix != right.Prefix
            ? left.Prefix.CompareTo(right.Prefix)
            : _bytes.AsSpan(left.Offset, left.Length).SequenceCompareTo(_bytes.AsSpan(right.Offset, right.Length));

    /// <param name="Prefix">The first eight bytes as a number that orders as they do.</param>
    /// <param name="Offset">Where the name begins.</param>
    /// <param name="Length">Its bytes.</param>
    private readonly record struct Entry(ulong Prefix, int Offset, int Length);
}
