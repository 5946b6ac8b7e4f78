using System.Security.Cryptography;
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

    /// <summary>
    /// Verifies piece by piece that the blob has the content that its id names, so that a long one is never in memory as a
    /// whole: see <see cref="LongBlob"/>.
    /// </summary>
    /// <param name="pack">Where the blob comes from, for messages.</param>
    /// <param name="blob">What the index or the header says of it: it is compressed.</param>
    /// <param name="payload">What <see cref="Open"/> gave; lent.</param>
    /// <param name="onPiece">Looks at each piece of the plaintext.</param>
    /// <exception cref="RepositoryDamagedException">It is not what it should be.</exception>
    public void VerifyPieces(
        PackId pack, in PackedBlob blob, PooledBuffer payload, Action<ReadOnlySpan<byte>>? onPiece = null)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        long length = 0;
        int offset = 0;
        while (offset < payload.Length)
        {
            using PooledBuffer piece = ExpandPiece(pack, blob, payload, ref offset);
            hash.AppendData(piece.Span);
            length += piece.Length;
            onPiece?.Invoke(piece.Span);
        }

        if (length != blob.UncompressedLength || new Digest(hash.GetCurrentHash()) != blob.Id.Hash)
        {
            throw Damaged(pack, blob, "its content has another length or SHA-256");
        }
    }

    /// <summary>Decompresses the next piece of what <see cref="Open"/> gave.</summary>
    /// <param name="pack">Where the blob comes from, for messages.</param>
    /// <param name="blob">What the index or the header says of it: it is compressed.</param>
    /// <param name="payload">All pieces; lent.</param>
    /// <param name="offset">Where the piece begins; then, where the next one does.</param>
    /// <returns>The piece's plaintext; the caller disposes it.</returns>
    public PooledBuffer ExpandPiece(PackId pack, in PackedBlob blob, PooledBuffer payload, ref int offset)
    {
        try
        {
            ReadOnlySpan<byte> rest = payload.Span[offset..];
            ReadOnlySpan<byte> frame = rest[..ZstdFrames.FrameLength(rest)];
            PooledBuffer piece = _zstd.Decode(frame, (int)Math.Min(blob.UncompressedLength, MaxPlaintextLength));
            offset += frame.Length;
            return piece;
        }
        catch (InvalidDataException exception)
        {
            throw Damaged(pack, blob, $"it can't be decompressed ({exception.Message})", exception);
        }
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
