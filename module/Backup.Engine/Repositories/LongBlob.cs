using System.Security.Cryptography;
using Backup.Engine.Buffers;
using Backup.Engine.Compression;

namespace Backup.Engine.Repositories;

/// <summary>
/// A blob that comes piece by piece and is never in memory as a whole: the tree of a huge folder. Each piece is hashed
/// and compressed as it comes, to a zstd frame of its own; frames one behind the other decompress to one content.
/// Not thread-safe.
/// </summary>
internal sealed class LongBlob : IDisposable
{
    /// <summary>What is longer should come in pieces of about this many bytes.</summary>
    public const int PieceLength = 1024 * 1024;

    private readonly Func<ReadOnlySpan<byte>, byte[]>? _encode;
    private readonly IncrementalHash _hash;
    private readonly List<byte[]> _pieces;

    /// <summary>An empty blob.</summary>
    /// <param name="encode">Compresses a piece; null if nothing may be compressed.</param>
    public LongBlob(Func<ReadOnlySpan<byte>, byte[]>? encode)
        : this(encode, IncrementalHash.CreateHash(HashAlgorithmName.SHA256), [], 0)
    {
    }

    private LongBlob(Func<ReadOnlySpan<byte>, byte[]>? encode, IncrementalHash hash, List<byte[]> pieces, int length)
    {
        _encode = encode;
        _hash = hash;
        _pieces = pieces;
        Length = length;
    }

    /// <summary>Bytes of plaintext so far.</summary>
    public int Length { get; private set; }

    /// <summary>Whether its pieces are compressed.</summary>
    public bool IsCompressed => _encode is not null;

    /// <summary>The id of what there is so far.</summary>
    public BlobId Id => new(new Digest(_hash.GetCurrentHash()));

    /// <summary>Whether a compressed blob came in pieces: whether it has more than one frame.</summary>
    public static bool HasPieces(ReadOnlySpan<byte> payload)
    {
        try
        {
            return ZstdFrames.FrameLength(payload) < payload.Length;
        }
        catch (InvalidDataException)
        {
            return false; // whoever decompresses it tells what is wrong with it
        }
    }

    /// <summary>Appends a piece.</summary>
    public void Append(ReadOnlySpan<byte> plaintext)
    {
        _hash.AppendData(plaintext);
        _pieces.Add(_encode is null ? plaintext.ToArray() : _encode(plaintext));
        Length = checked(Length + plaintext.Length);
    }

    /// <summary>Another blob that begins like this one.</summary>
    public LongBlob Copy() => new(_encode, _hash.Clone(), [.. _pieces], Length);

    /// <summary>Moves all pieces to one buffer, to be sealed; the caller disposes it. Nothing can be appended any more.</summary>
    public PooledBuffer Join()
    {
        PooledBuffer payload = PooledBuffer.Rent(checked((int)_pieces.Sum(piece => (long)piece.Length)));
        int used = 0;
        foreach (byte[] piece in _pieces)
        {
            piece.CopyTo(payload.Span[used..]);
            used += piece.Length;
        }

        _pieces.Clear();
        return payload;
    }

    /// <inheritdoc/>
    public void Dispose() => _hash.Dispose();
}
