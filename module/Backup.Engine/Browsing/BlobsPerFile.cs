using Backup.Engine.Indexing;
using Backup.Engine.Repositories;

namespace Backup.Engine.Browsing;

/// <summary>Counts the blobs of files, each once per path.</summary>
/// <param name="locate">Finds a blob; throws if there is no such blob.</param>
internal sealed class BlobsPerFile(Func<BlobType, BlobId, PackedBlobLocation> locate)
{
    // Hashes: paths are long, and the same path has different contents in many snapshots.
    private readonly HashSet<Digest> _paths = [];
    private readonly HashSet<Digest> _pairs = [];

    /// <summary>Different paths of files with content.</summary>
    public long Files => _paths.Count;

    /// <summary>Different blobs per path.</summary>
    public long Blobs => _pairs.Count;

    /// <summary>Bytes of those blobs, before compression.</summary>
    public ulong Bytes { get; private set; }

    /// <summary>Counts a file.</summary>
    public void Add(in TreeEntry entry)
    {
        if (entry.Node.Content is not { Count: > 0 } content)
        {
            return;
        }

        Digest path = Digest.Of(FileName.Encode(entry.Path));
        _paths.Add(path);
        Span<byte> pair = stackalloc byte[2 * Digest.Length];
        path.CopyTo(pair);
        foreach (BlobId id in content)
        {
            id.Hash.CopyTo(pair[Digest.Length..]);
            if (_pairs.Add(Digest.Of(pair)))
            {
                Bytes += (ulong)locate(BlobType.Data, id).ToPackedBlob(BlobType.Data, id).PlaintextLength;
            }
        }
    }
}
