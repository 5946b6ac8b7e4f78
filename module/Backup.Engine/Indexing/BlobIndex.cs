using System.Diagnostics.CodeAnalysis;
using Backup.Engine.Packs;

namespace Backup.Engine.Indexing;

/// <summary>
/// Which pack holds which blob, for a whole repository in less than 48 bytes per blob; and which blobs are being stored
/// just now. Thread-safe; looking something up takes no lock.
/// </summary>
/// <remarks>
/// Per blob: 40 bytes in the list of entries, and about 5 in the hash table. Per pack: 40 bytes in the list of runs, and
/// about 5 in a second table.
/// </remarks>
internal sealed class BlobIndex
{
    private readonly Lock _lock = new();
    private readonly IndexEntries _entries = new();
    private readonly DigestHash _hash = new();
    private readonly HashSet<(BlobType Type, BlobId Id)> _claims = [];
    private readonly Dictionary<int, int> _newest = []; // by a blob's entry in the table: the newest of its further entries
    private readonly SegmentedList<(int Entry, int Before)> _duplicates = new(); // further entries, each with the one before it or -1
    private readonly List<MarkFile> _marks = [];
    private DigestSlots _blobs = new(0);
    private int _indexed; // entries up to here are in the table or among the duplicates
    private volatile bool _hasPending; // entries that were loaded, but are not yet in the hash table

    /// <summary>How many entries there are: blobs, and again for each further place of the same blob.</summary>
    public int EntryCount => _entries.Count;

    /// <summary>How many packs there are.</summary>
    public int PackCount => _entries.PackCount;

    /// <summary>The numbers of packs are below this; not all of them stand for one. See <see cref="PackNumberOf"/>.</summary>
    public int PackNumbers => _entries.RunCount;

    /// <summary>The index files that were loaded.</summary>
    public IReadOnlyList<Digest> IndexFiles
    {
        get
        {
            lock (_lock)
            {
                return _entries.IndexFiles.ToArray();
            }
        }
    }

    /// <summary>Those of them that mark packs for removal. What they mark is not in this index.</summary>
    public IReadOnlyList<MarkFile> Marks
    {
        get
        {
            lock (_lock)
            {
                return _marks.ToArray();
            }
        }
    }

    /// <summary>Bytes of memory, claims aside.</summary>
    public long MemoryInBytes
    {
        get
        {
            IndexPending();
            lock (_lock)
            {
                return _entries.MemoryInBytes + _blobs.MemoryInBytes + _duplicates.MemoryInBytes + (20L * _newest.Capacity);
            }
        }
    }

    /// <summary>How many entries there are of a type; see <see cref="EntryCount"/>.</summary>
    public long BlobCount(BlobType type)
    {
        lock (_lock)
        {
            return _entries.CountOf(type);
        }
    }

    /// <summary>Where a blob is, if it is stored. If it is in several places: in one of them.</summary>
    public bool TryFind(BlobType type, BlobId id, out PackedBlobLocation location)
    {
        int entry = IndexOf(type, id);
        location = entry >= 0 ? _entries.LocationOf(entry) : default;
        return entry >= 0;
    }

    /// <summary>All places where a blob is.</summary>
    public IReadOnlyList<PackedBlobLocation> FindAll(BlobType type, BlobId id)
    {
        int entry = IndexOf(type, id);
        if (entry < 0)
        {
            return [];
        }

        var locations = new List<PackedBlobLocation>(1) { _entries.LocationOf(entry) };
        lock (_lock)
        {
            for (int at = _newest.GetValueOrDefault(entry, -1); at >= 0; at = _duplicates[at].Before)
            {
                locations.Add(_entries.LocationOf(_duplicates[at].Entry));
            }
        }

        return locations;
    }

    /// <summary>True if a blob is stored. One that is only claimed is not.</summary>
    public bool Contains(BlobType type, BlobId id) => IndexOf(type, id) >= 0;

    /// <summary>
    /// A number below <see cref="EntryCount"/> that stands for a stored blob as long as this object lives, or -1. With it
    /// a set of blobs is a field of bits.
    /// </summary>
    public int IndexOf(BlobType type, BlobId id)
    {
        if (_hasPending)
        {
            IndexPending();
        }

        return Search(Volatile.Read(ref _blobs), type, id.Hash);
    }

    /// <summary>The blob that a number stands for; see <see cref="IndexOf"/>.</summary>
    public (BlobType Type, BlobId Id) BlobAt(int number)
    {
        ref readonly IndexEntry entry = ref _entries[number];
        return (entry.Type, new BlobId(entry.Id));
    }

    /// <summary>Where the blob that a number stands for is; see <see cref="IndexOf"/>.</summary>
    public PackedBlobLocation LocationAt(int number) => _entries.LocationOf(number);

    /// <summary>
    /// Decides who stores a blob: true for exactly one caller, if the blob is neither stored nor claimed. That caller
    /// stores it in a pack and calls <see cref="AddPack"/>, or <see cref="Release"/> if it fails.
    /// </summary>
    public bool TryClaim(BlobType type, BlobId id)
    {
        if (Contains(type, id))
        {
            return false;
        }

        lock (_lock)
        {
            return !Contains(type, id) && _claims.Add((type, id));
        }
    }

    /// <summary>Gives back a claim on a blob that was not stored.</summary>
    public void Release(BlobType type, BlobId id)
    {
        lock (_lock)
        {
            _claims.Remove((type, id));
        }
    }

    /// <summary>Adds a pack that was stored; claims on its blobs end. What is already known of it is not added again.</summary>
    public void AddPack(PackId pack, IReadOnlyList<PackedBlob> blobs)
    {
        lock (_lock)
        {
            _entries.BeginFile(null);
            _entries.Add(pack, blobs is PackedBlob[] array ? array : blobs.ToArray());
            IndexPendingLocked();
            for (int i = 0; i < blobs.Count; i++)
            {
                _claims.Remove((blobs[i].Type, blobs[i].Id)); // only now: in between it must be claimed or known
            }
        }
    }

    /// <summary>Adds what an index file says.</summary>
    /// <param name="contents">The file's content.</param>
    /// <param name="indexFile">The file.</param>
    public void Load(IndexContents contents, Digest indexFile = default)
    {
        lock (_lock)
        {
            _entries.BeginFile(indexFile);
            for (int i = 0; i < contents.PackCount; i++)
            {
                _entries.Add(contents.PackAt(i), contents.BlobsAt(i));
            }

            if (contents.Marked.Count > 0)
            {
                _marks.Add(new MarkFile(
                    indexFile, contents.PackCount > 0, [.. contents.Marked.Select(pack => (pack.Id, pack.Time))], contents.Holders));
            }

            _entries.BeginFile(null);
            _hasPending = true; // the table is filled once, when the first blob is looked for
        }
    }

    /// <summary>True if a pack has entries.</summary>
    public bool ContainsPack(PackId pack)
    {
        lock (_lock)
        {
            return _entries.RunOf(pack) >= 0;
        }
    }

    /// <summary>
    /// A number below <see cref="PackNumbers"/> that stands for a pack as long as this object lives, or -1. With it a set
    /// of packs is a field of bits.
    /// </summary>
    public int PackNumberOf(PackId pack)
    {
        lock (_lock)
        {
            return _entries.RunOf(pack);
        }
    }

    /// <summary>What is known of the pack that a number stands for; see <see cref="PackNumberOf"/>.</summary>
    public IndexedPack PackAt(int number)
    {
        lock (_lock)
        {
            return _entries.PackAt(number);
        }
    }

    /// <summary>What the first blob of a pack is; null if the pack has no entries.</summary>
    public BlobType? TypeOf(PackId pack)
    {
        lock (_lock)
        {
            int run = _entries.RunOf(pack);
            return run >= 0 ? _entries.TypeAt(run) : null;
        }
    }

    /// <summary>What is known of a pack, if anything is.</summary>
    public bool TryFindPack(PackId pack, [NotNullWhen(true)] out IndexedPack? found)
    {
        lock (_lock)
        {
            int run = _entries.RunOf(pack);
            found = run >= 0 ? _entries.PackAt(run) : null;
            return run >= 0;
        }
    }

    /// <summary>All packs, each made when it is come to. Packs that are added meanwhile may be missing.</summary>
    public IEnumerable<IndexedPack> Packs()
    {
        int runs;
        lock (_lock)
        {
            runs = _entries.RunCount;
        }

        for (int run = 0; run < runs; run++)
        {
            IndexedPack? pack;
            lock (_lock)
            {
                pack = _entries.PackStartingAt(run);
            }

            if (pack is not null)
            {
                yield return pack;
            }
        }
    }

    private void IndexPending()
    {
        lock (_lock)
        {
            IndexPendingLocked();
        }
    }

    private int Search(DigestSlots blobs, BlobType type, in Digest id)
    {
        foreach (int entry in blobs.Find(_hash.Of(id)))
        {
            if (_entries[entry].Is(type, id))
            {
                return entry;
            }
        }

        return -1;
    }

    private void IndexPendingLocked()
    {
        DigestSlots blobs = _blobs;
        int start = _indexed;
        if (_entries.Count > blobs.Capacity)
        {
            blobs = new DigestSlots(DigestSlots.GrownCapacity(_entries.Count));
            start = 0;
        }

        for (int entry = start; entry < _entries.Count; entry++)
        {
            ref readonly IndexEntry added = ref _entries[entry];
            if (entry >= _indexed && Search(blobs, added.Type, added.Id) is int first and >= 0)
            {
                AddDuplicate(entry, first);
            }
            else if (!added.IsDuplicate)
            {
                blobs.Add(_hash.Of(added.Id), entry);
            }
        }

        _indexed = _entries.Count;
        Volatile.Write(ref _blobs, blobs);
        _hasPending = false;
    }

    // Not in the table, where many entries of one blob would make a long way for all that share its groups.
    private void AddDuplicate(int entry, int first)
    {
        _entries.MarkDuplicate(entry);
        _newest[first] = _duplicates.Add((entry, _newest.GetValueOrDefault(first, -1)));
    }
}
