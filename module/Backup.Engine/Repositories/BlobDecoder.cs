using Backup.Engine.Buffers;
using Backup.Engine.Compression;
using Backup.Engine.Crypto;
using Backup.Engine.Packs;

namespace Backup.Engine.Repositories;

/// <summary>Turns a sealed blob into its plaintext and proves it. Not thread-safe: one per thread.</summary>
internal sealed class BlobDecoder(BlobCipher cipher) : IDisposable
{
    /// <summary>
    /// No blob is larger when decompressed. Data blobs have at most 8 MiB; the tree of a directory with millions of
    /// entries is the largest there is.
    /// </summary>
    public const int MaxPlaintextLength = 1024 * 1024 * 1024;

    private readonly ZstdDecoder _zstd = new();

    /// <summary>Opens, decompresses and verifies.</summary>
    /// <param name="pack">Where the blob comes from, for messages.</param>
    /// <param name="blob">What the index or the header says of it.</param>
    /// <param name="sealedBytes">Its bytes in the pack.</param>
    /// <returns>The plaintext; the caller disposes it.</returns>
    /// <exception cref="RepositoryDamagedException">It is not what it should be.</exception>
    public PooledBuffer Decode(PackId pack, in PackedBlob blob, ReadOnlySpan<byte> sealedBytes)
    {
        PooledBuffer payload = Open(pack, blob, sealedBytes);
        PooledBuffer? plaintext = null;
        try
        {
            plaintext = Expand(pack, blob, payload);
            return plaintext;
        }
        finally
        {
            if (plaintext != payload)
            {
                payload.Dispose();
            }
        }
    }

    /// <summary>Opens a sealed blob without decompressing it: its id is not verified yet.</summary>
    /// <returns>What was sealed; the caller disposes it.</returns>
    /// <inheritdoc cref="Decode"/>
    public PooledBuffer Open(PackId pack, in PackedBlob blob, ReadOnlySpan<byte> sealedBytes)
    {
        if (sealedBytes.Length < BlobCipher.Overhead)
        {
            throw Damaged(pack, blob, $"it has only {sealedBytes.Length} bytes");
        }

        PooledBuffer opened = PooledBuffer.Rent(sealedBytes.Length - BlobCipher.Overhead);
        if (cipher.TryOpen(sealedBytes, opened.Span))
        {
            return opened;
        }

        opened.Dispose();
        throw Damaged(pack, blob, "its authentication code is wrong");
    }

    /// <summary>Decompresses what was sealed and verifies that the blob has the content that its id names.</summary>
    /// <param name="pack">Where the blob comes from, for messages.</param>
    /// <param name="blob">What the index or the header says of it.</param>
    /// <param name="payload">What <see cref="Open"/> gave; lent.</param>
    /// <returns>The plaintext: <paramref name="payload"/> itself if it was not compressed, else a buffer that the caller disposes.</returns>
    /// <exception cref="RepositoryDamagedException">It is not what it should be.</exception>
    public PooledBuffer Expand(PackId pack, in PackedBlob blob, PooledBuffer payload)
    {
        PooledBuffer plaintext = blob.IsCompressed ? Decompress(pack, blob, payload.Span) : payload;
        if (BlobId.Of(plaintext.Span) == blob.Id)
        {
            return plaintext;
        }

        if (plaintext != payload)
        {
            plaintext.Dispose();
        }

        throw Damaged(pack, blob, "its content has another SHA-256");
    }

    /// <inheritdoc/>
    public void Dispose() => _zstd.Dispose();

    private PooledBuffer Decompress(PackId pack, in PackedBlob blob, ReadOnlySpan<byte> compressed)
    {
        if (blob.UncompressedLength > MaxPlaintextLength)
        {
            throw Damaged(pack, blob, $"it claims {blob.UncompressedLength:N0} bytes of content");
        }

        PooledBuffer? plaintext = null;
        try
        {
            // The frames tell how much they can hold: a lie in the index must not make us allocate.
            long most = ZstdFrames.MaxContentLength(compressed, ZstdDecoder.MaxWindowLength);
            if (most < blob.UncompressedLength)
            {
                throw Damaged(pack, blob, $"it should have {blob.UncompressedLength:N0} bytes but has at most {most:N0}");
            }

            plaintext = PooledBuffer.Rent((int)blob.UncompressedLength);
            _zstd.Decode(compressed, plaintext.Span);
            PooledBuffer result = plaintext;
            plaintext = null; // given away
            return result;
        }
        catch (InvalidDataException exception)
        {
            throw Damaged(pack, blob, $"it can't be decompressed ({exception.Message})", exception);
        }
        finally
        {
            plaintext?.Dispose();
        }
    }

    private static RepositoryDamagedException Damaged(
        PackId pack, in PackedBlob blob, string what, Exception? cause = null) =>
        new($"The {(blob.Type == BlobType.Tree ? "tree" : "data")} blob {blob.Id} in pack {pack} at offset {blob.Offset} is damaged: {what}. Run a check that reads the data.", cause);
}
