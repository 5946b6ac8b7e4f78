using Backup.Engine.Packs;

namespace Backup.Engine.Indexing;

/// <summary>
/// The entries of the index, pack by pack, and the packs' runs. One thread at a time may add; meanwhile others may read
/// entries whose places they know, and their locations.
/// </summary>
internal sealed class IndexEntries
{
    private readonly SegmentedList<IndexEntry> _entries = new();
    private readonly SegmentedList<PackRun> _runs = new();
    private readonly DigestHash _hash = new();
    private readonly Dictionary<PackId, List<int>> _continuations = []; // rare: a pack's runs but the first
    private readonly Dictionary<int, uint> _oversized = []; // rare: uncompressed lengths that an entry has no room for
    private readonly Dictionary<PackId, HashSet<PackedBlob>> _repeated = []; // packs that this file or an earlier one had before
    private readonly List<(int FirstRun, Digest? File)> _origins = [];
    private readonly long[] _counts = new long[2];
    private DigestSlots _packs = new(0);

    /// <summary>How many entries there are.</summary>
    public int Count => _entries.Count;

    /// <summary>How many runs there are.</summary>
    public int RunCount => _runs.Count;

    /// <summary>How many packs there are.</summary>
    public int PackCount { get; private set; }

    /// <summary>The index files that entries came from.</summary>
    public IEnumerable<Digest> IndexFiles => _origins.Select(origin => origin.File).OfType<Digest>();

    /// <summary>Bytes of memory.</summary>
    public long MemoryInBytes => _entries.MemoryInBytes + _runs.MemoryInBytes + _packs.MemoryInBytes
        + (48L * (_origins.Count + _oversized.Count)) + _continuations.Sum(pack => 100L + (4L * pack.Value.Capacity));

    /// <summary>The entry at a place.</summary>
    public ref readonly IndexEntry this[int place] => ref _entries[place];

    /// <summary>How many entries there are of a type.</summary>
    public long CountOf(BlobType type) => _counts[(int)type];

    /// <summary>Packs that are added from here on come from this index file, or from none.</summary>
    public void BeginFile(Digest? indexFile)
    {
        if (_origins.Count == 0 || _origins[^1].File != indexFile)
        {
            _origins.Add((_runs.Count, indexFile));
        }

        _repeated.Clear();
    }

    /// <summary>Adds blobs of a pack, in any order, but for those that are known to be there.</summary>
    public void Add(PackId pack, ReadOnlySpan<PackedBlob> blobs)
    {
        int known = RunOf(pack);
        if (known >= 0)
        {
            blobs = WithoutKnown(known, blobs).OrderBy(blob => blob.Offset).ToArray();
        }
        else if (!IsAscending(blobs))
        {
            blobs = blobs.ToArray().Distinct().OrderBy(blob => blob.Offset).ToArray();
        }

        bool isContinuation = known >= 0;
        while (!blobs.IsEmpty)
        {
            int length = RunLength(blobs);
            AddRun(pack, blobs[..length], isContinuation);
            blobs = blobs[length..];
            isContinuation = true;
        }
    }

    /// <summary>Marks an entry as a further place of a blob.</summary>
    public void MarkDuplicate(int place) => _entries.Replace(place, _entries[place].AsDuplicate());

    /// <summary>The first run of a pack, or -1.</summary>
    public int RunOf(PackId pack)
    {
        foreach (int run in _packs.Find(_hash.Of(pack.Hash)))
        {
            if (_runs[run].Pack == pack)
            {
                return run;
            }
        }

        return -1;
    }

    /// <summary>The pack that begins with this run; null if the run continues another.</summary>
    public IndexedPack? PackStartingAt(int run) => _runs[run].IsContinuation ? null : PackAt(run);

    /// <summary>What the first blob of a run is.</summary>
    public BlobType TypeAt(int run) => _entries[_runs[run].First].Type;

    /// <summary>The pack that begins with this run.</summary>
    public IndexedPack PackAt(int run)
    {
        PackId pack = _runs[run].Pack;
        var blobs = new List<PackedBlob>(EndOf(run, _runs.Count, _entries.Count) - _runs[run].First);
        AddBlobsOf(run, blobs);
        if (_continuations.TryGetValue(pack, out List<int>? others))
        {
            others.ForEach(other => AddBlobsOf(other, blobs));
            blobs = blobs.OrderBy(blob => blob.Offset).ToList();
        }

        return new IndexedPack(pack, OriginOf(run), blobs) { Number = run };
    }

    /// <summary>Where the blob of an entry is. Needs no lock, if the place was found in a table filled before.</summary>
    public PackedBlobLocation LocationOf(int place)
    {
        // The number of entries is read first: the run of each of them is there, because runs come before their entries.
        int count = _entries.Count;
        int runs = _runs.Count;
        int run = RunWith(place, runs);
        ref readonly PackRun found = ref _runs[run];
        ref readonly IndexEntry entry = ref _entries[place];
        uint end = place + 1 < EndOf(run, runs, count) ? _entries[place + 1].Offset : found.End;
        return new PackedBlobLocation(found.Pack, entry.Offset, end - entry.Offset, UncompressedLengthOf(place));
    }

    private static bool IsAscending(ReadOnlySpan<PackedBlob> blobs)
    {
        for (int i = 1; i < blobs.Length; i++)
        {
            if (blobs[i].Offset <= blobs[i - 1].Offset)
            {
                return false;
            }
        }

        return true;
    }

    // How many blobs lie one behind the other without a gap.
    private static int RunLength(ReadOnlySpan<PackedBlob> blobs)
    {
        int length = 1;
        while (length < blobs.Length && blobs[length].Offset == (ulong)blobs[length - 1].Offset + blobs[length - 1].Length)
        {
            length++;
        }

        return length;
    }

    private List<PackedBlob> WithoutKnown(int run, ReadOnlySpan<PackedBlob> blobs)
    {
        PackId pack = _runs[run].Pack;
        if (!_repeated.TryGetValue(pack, out HashSet<PackedBlob>? known))
        {
            _repeated.Add(pack, known = PackAt(run).Blobs.ToHashSet());
        }

        var unknown = new List<PackedBlob>();
        foreach (ref readonly PackedBlob blob in blobs)
        {
            if (known.Add(blob))
            {
                unknown.Add(blob);
            }
        }

        return unknown;
    }

    private void AddRun(PackId pack, ReadOnlySpan<PackedBlob> blobs, bool isContinuation)
    {
        PackedBlob last = blobs[^1];
        int run = _runs.Add(new PackRun(pack, _entries.Count, checked(last.Offset + last.Length), isContinuation));
        foreach (ref readonly PackedBlob blob in blobs)
        {
            if (blob.UncompressedLength >= IndexEntry.Oversized)
            {
                lock (_oversized)
                {
                    _oversized[_entries.Count] = blob.UncompressedLength;
                }
            }

            _entries.Add(new IndexEntry(in blob));
            _counts[(int)blob.Type]++;
        }

        if (!isContinuation)
        {
            AddToTable(pack, run);
            PackCount++;
        }
        else if (_continuations.TryGetValue(pack, out List<int>? others))
        {
            others.Add(run);
        }
        else
        {
            _continuations.Add(pack, [run]);
        }
    }

    private void AddToTable(PackId pack, int run)
    {
        if (run < _packs.Capacity)
        {
            _packs.Add(_hash.Of(pack.Hash), run);
            return;
        }

        _packs = new DigestSlots(DigestSlots.GrownCapacity(_runs.Count));
        for (int i = 0; i < _runs.Count; i++)
        {
            if (!_runs[i].IsContinuation)
            {
                _packs.Add(_hash.Of(_runs[i].Pack.Hash), i);
            }
        }
    }

    private void AddBlobsOf(int run, List<PackedBlob> blobs)
    {
        int end = EndOf(run, _runs.Count, _entries.Count);
        for (int place = _runs[run].First; place < end; place++)
        {
            ref readonly IndexEntry entry = ref _entries[place];
            uint blobEnd = place + 1 < end ? _entries[place + 1].Offset : _runs[run].End;
            blobs.Add(new PackedBlob(
                entry.Type, new BlobId(entry.Id), entry.Offset, blobEnd - entry.Offset, UncompressedLengthOf(place)));
        }
    }

    private uint UncompressedLengthOf(int place)
    {
        uint length = _entries[place].UncompressedLength;
        if (length < IndexEntry.Oversized)
        {
            return length;
        }

        lock (_oversized)
        {
            return _oversized[place];
        }
    }

    // Behind the last entry of a run.
    private int EndOf(int run, int runs, int entries) => run + 1 < runs ? _runs[run + 1].First : entries;

    // The last run that begins at or before the entry.
    private int RunWith(int place, int runs)
    {
        int low = 0;
        int high = runs - 1;
        while (low < high)
        {
            int middle = low + ((high - low + 1) / 2);
            (low, high) = _runs[middle].First <= place ? (middle, high) : (low, middle - 1);
        }

        return low;
    }

    private Digest? OriginOf(int run)
    {
        int low = 0;
        int high = _origins.Count;
        while (low < high)
        {
            int middle = low + ((high - low) / 2);
            (low, high) = _origins[middle].FirstRun <= run ? (middle + 1, high) : (low, middle);
        }

        return low == 0 ? null : _origins[low - 1].File;
    }
}
