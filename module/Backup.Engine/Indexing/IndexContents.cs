using Backup.Engine.Packs;

namespace Backup.Engine.Indexing;

/// <summary>What an index file says.</summary>
/// <param name="expectedBlobs">Room for so many blobs is made at once.</param>
internal sealed class IndexContents(int expectedBlobs = 0)
{
    private readonly List<(PackId Pack, int First)> _packs = [];

    /// <summary>How many packs it describes.</summary>
    public int PackCount => _packs.Count;

    /// <summary>How many blobs it describes.</summary>
    public int BlobCount => Blobs.Count;

    /// <summary>Index files that this one replaces (only old versions of restic wrote that).</summary>
    public IReadOnlyList<Digest> Supersedes { get; internal set; } = [];

    /// <summary>Packs that it marks for removal (in rustic's words: to delete).</summary>
    public List<MarkedPack> Marked { get; } = [];

    /// <summary>Who was at work when they were marked; null: nobody knows.</summary>
    public IReadOnlyList<MarkHolder>? Holders { get; set; }

    /// <summary>All its blobs, for who reads them before the id of their pack.</summary>
    public List<PackedBlob> Blobs { get; } = new(expectedBlobs);

    /// <summary>The id of a pack.</summary>
    /// <param name="place">0 … <see cref="PackCount"/> - 1.</param>
    public PackId PackAt(int place) => _packs[place].Pack;

    /// <summary>The blobs of a pack in the order of the file; valid until the next pack is added.</summary>
    /// <param name="place">0 … <see cref="PackCount"/> - 1.</param>
    public ReadOnlySpan<PackedBlob> BlobsAt(int place)
    {
        int first = _packs[place].First;
        int end = place + 1 < _packs.Count ? _packs[place + 1].First : Blobs.Count;
        return System.Runtime.InteropServices.CollectionsMarshal.AsSpan(Blobs)[first..end];
    }

    /// <summary>Begins a pack.</summary>
    public void AddPack(PackId pack) => AddPack(pack, Blobs.Count);

    /// <summary>Makes a pack of the blobs that were added from <paramref name="first"/> on.</summary>
    public void AddPack(PackId pack, int first) => _packs.Add((pack, first));

    /// <summary>Adds a blob to the pack that was begun last.</summary>
    public void AddBlob(in PackedBlob blob) => Blobs.Add(blob);
}
