using System.Collections;
using Backup.Engine.Buffers;
using Backup.Engine.Packs;
using Backup.Engine.Trees;

namespace Backup.Engine.Repositories;

/// <summary>
/// The nodes of a tree that was saved as a <see cref="LongBlob"/>, decoded piece by piece while they are asked for. May
/// be gone through once, by one thread.
/// </summary>
internal sealed class TreeNodes : IEnumerable<Node>
{
    private readonly OpenedRepository _repository;
    private readonly PackId _pack;
    private readonly PackedBlob _blob;
    private readonly PooledBuffer _payload;
    private int _offset;

    private TreeNodes(OpenedRepository repository, PackId pack, in PackedBlob blob, PooledBuffer payload)
    {
        _repository = repository;
        _pack = pack;
        _blob = blob;
        _payload = payload;
    }

    private static ReadOnlySpan<byte> Begin => "{\"nodes\":["u8;

    private static ReadOnlySpan<byte> Separator => ","u8;

    private static ReadOnlySpan<byte> End => "]}"u8;

    /// <summary>Opens and verifies a sealed tree, and decodes it: piece by piece if it came so and was cut between nodes.</summary>
    /// <param name="repository">Lends decoders for the pieces.</param>
    /// <param name="pack">Where the tree comes from, for messages.</param>
    /// <param name="blob">What the index says of it: it is compressed.</param>
    /// <param name="sealedBytes">Its bytes in the pack.</param>
    /// <exception cref="RepositoryDamagedException">It is not what it should be.</exception>
    public static IEnumerable<Node> Decode(
        OpenedRepository repository, PackId pack, in PackedBlob blob, ReadOnlySpan<byte> sealedBytes)
    {
        BlobDecoder decoder = repository.RentDecoder();
        try
        {
            return Decode(repository, decoder, pack, blob, decoder.Open(pack, blob, sealedBytes));
        }
        finally
        {
            repository.Return(decoder);
        }
    }

    private static IEnumerable<Node> Decode(
        OpenedRepository repository, BlobDecoder decoder, PackId pack, in PackedBlob blob, PooledBuffer payload)
    {
        if (LongBlob.HasPieces(payload.Span))
        {
            bool isFirst = true;
            bool isCutBetweenNodes = true;
            decoder.VerifyPieces(pack, blob, payload, piece =>
            {
                isCutBetweenNodes &= isFirst || piece.StartsWith(",{\"name\":"u8) || piece.StartsWith("]"u8);
                isFirst = false;
            });
            if (isCutBetweenNodes)
            {
                return new TreeNodes(repository, pack, blob, payload);
            }
        }

        using (payload)
        using (PooledBuffer json = decoder.Expand(pack, blob, payload))
        {
            return TreeDecoder.Decode(json.Span, blob.Id);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="RepositoryDamagedException">While going through them: this is not a tree.</exception>
    public IEnumerator<Node> GetEnumerator()
    {
        using (_payload)
        {
            while (_offset < _payload.Length)
            {
                foreach (Node node in DecodePiece())
                {
                    yield return node;
                }
            }
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Makes a tree of the next piece by what is missing at its begin and end.</summary>
    private List<Node> DecodePiece()
    {
        bool isFirst = _offset == 0;
        using PooledBuffer piece = ExpandPiece();
        ReadOnlySpan<byte> nodes = piece.Span;
        if (!isFirst && nodes.StartsWith(Separator))
        {
            nodes = nodes[Separator.Length..];
        }

        bool isLast = _offset == _payload.Length;
        using PooledBuffer json = PooledBuffer.Rent(Begin.Length + nodes.Length + End.Length);
        int used = 0;
        Append(isFirst ? default : Begin);
        Append(nodes);
        Append(isLast ? default : End);
        return TreeDecoder.Decode(json.Span[..used], _blob.Id);

        void Append(ReadOnlySpan<byte> bytes)
        {
            bytes.CopyTo(json.Span[used..]);
            used += bytes.Length;
        }
    }

    private PooledBuffer ExpandPiece()
    {
        BlobDecoder decoder = _repository.RentDecoder();
        try
        {
            return decoder.ExpandPiece(_pack, _blob, _payload, ref _offset);
        }
        finally
        {
            _repository.Return(decoder);
        }
    }
}
