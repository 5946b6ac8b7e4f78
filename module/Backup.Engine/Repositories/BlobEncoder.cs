using Backup.Engine.Buffers;
using Backup.Engine.Compression;

namespace Backup.Engine.Repositories;

/// <summary>Compresses blobs. Not thread-safe: one per thread.</summary>
internal sealed class BlobEncoder : IDisposable
{
    private readonly ZstdEncoder? _zstd;
    private readonly bool _always;
    private PooledBuffer? _scratch;

    /// <summary>An encoder for a repository.</summary>
    /// <param name="level">How hard data blobs are compressed; <see cref="CompressionLevel.Off"/> leaves them alone.</param>
    /// <param name="canCompress">Whether the repository's version and this machine allow compression at all.</param>
    /// <param name="always">Whether data blobs that get no smaller are to be compressed, too.</param>
    public BlobEncoder(CompressionLevel level, bool canCompress, bool always = false)
    {
        _always = always;
        CompressesData = canCompress && level != CompressionLevel.Off;
        if (canCompress)
        {
            _zstd = new ZstdEncoder(level == CompressionLevel.Off ? CompressionLevel.Auto : level);
        }
    }

    private bool CompressesData { get; }

    /// <summary>Compresses a blob if that is wanted and, for data, makes it smaller.</summary>
    /// <param name="type">
    /// Its type: trees are compressed even where data is not, and the smallest ones, too, because pruning (restic's and
    /// ours) writes packs anew that hold trees that are not compressed.
    /// </param>
    /// <param name="plaintext">Its content.</param>
    /// <param name="isCompressed">Whether the result is compressed.</param>
    /// <returns>The payload to seal, valid until the next call: the plaintext itself or a compressed copy.</returns>
    public ReadOnlySpan<byte> Encode(BlobType type, ReadOnlySpan<byte> plaintext, out bool isCompressed)
    {
        isCompressed = false;
        if (_zstd is null || plaintext.IsEmpty || (type == BlobType.Data && !CompressesData))
        {
            return plaintext;
        }

        int room = ZstdEncoder.MaxEncodedLength(plaintext.Length);
        if (_scratch is null || _scratch.Length < room)
        {
            _scratch?.Dispose();
            _scratch = null;
            _scratch = PooledBuffer.Rent(room);
        }

        int length = _zstd.Encode(plaintext, _scratch.Span);
        if (length >= plaintext.Length && type == BlobType.Data && !_always)
        {
            return plaintext;
        }

        isCompressed = true;
        return _scratch.Span[..length];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _zstd?.Dispose();
        _scratch?.Dispose();
    }
}
