using Backup.Engine.Json;
using Backup.Engine.Packs;

namespace Backup.Engine.Indexing;

/// <summary>Collects the packs of the index file that is written next. Not thread-safe.</summary>
internal sealed class IndexBuilder
{
    /// <summary>As many blobs make a file of about eight megabytes; restic, too, begins a new one then.</summary>
    public const int MaxBlobs = 50_000;

    private readonly IndexContents _contents = new();

    /// <summary>True if there is nothing to write.</summary>
    public bool IsEmpty => _contents.PackCount == 0;

    /// <summary>True if it is time to write the file.</summary>
    public bool IsFull => BlobCount >= MaxBlobs;

    /// <summary>How many blobs were added.</summary>
    public int BlobCount => _contents.BlobCount;

    /// <summary>How many packs were added.</summary>
    public int PackCount => _contents.PackCount;

    /// <summary>Adds a pack that is stored.</summary>
    /// <param name="pack">Its id.</param>
    /// <param name="blobs">All its blobs.</param>
    public void Add(PackId pack, IReadOnlyList<PackedBlob> blobs)
    {
        _contents.AddPack(pack);
        for (int i = 0; i < blobs.Count; i++)
        {
            PackedBlob blob = blobs[i];
            _contents.AddBlob(in blob);
        }
    }

    /// <summary>The index file's content, not yet compressed and sealed.</summary>
    public ReadOnlyMemory<byte> Encode()
    {
        const int BytesPerPack = 100;
        const int BytesPerBlob = 190; // an id, and numbers of seven digits
        var json = new GoJsonWriter((int)Math.Min(Array.MaxLength, ((long)PackCount * BytesPerPack) + ((long)BlobCount * BytesPerBlob) + 100));
        IndexDocument.Encode(_contents, json);
        return json.Written;
    }
}
