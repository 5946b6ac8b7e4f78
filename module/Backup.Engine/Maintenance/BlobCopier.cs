using Backup.Engine.Buffers;
using Backup.Engine.Indexing;
using Backup.Engine.Packs;
using Backup.Engine.Repositories;

namespace Backup.Engine.Maintenance;

/// <summary>
/// Copies blobs from one repository to another, pack by pack in large reads. What is compressed there is not compressed
/// again; each blob is proved by its id before it is stored.
/// </summary>
/// <param name="source">Where the blobs are.</param>
/// <param name="destination">Where they go.</param>
/// <param name="writer">Stores them there.</param>
/// <param name="blobDone">Hears of each blob, and how many bytes it has in the source.</param>
/// <param name="packDone">Hears that another pack was read.</param>
internal sealed class BlobCopier(
    OpenedRepository source, OpenedRepository destination, BlobWriter writer, Action<long> blobDone, Action packDone)
{
    /// <summary>Copies all of a set.</summary>
    public async Task CopyAsync(BlobSet wanted, CancellationToken cancellationToken)
    {
        IEnumerable<(PackId Pack, PackedBlob[] Blobs)> packs = source.Index.Packs()
            .Select(pack => (pack.Id, Blobs: pack.Blobs.Where(blob => wanted.Contains(blob.Type, blob.Id) && IsFirstPlace(pack.Id, blob)).ToArray()))
            .Where(pack => pack.Blobs.Length > 0);
        await Parallel.ForEachAsync(
            packs,
            new ParallelOptions { MaxDegreeOfParallelism = source.Parallelism, CancellationToken = cancellationToken },
            async (pack, token) =>
            {
                await new PackReader(source).ReadSealedAsync(
                    pack.Pack, pack.Blobs, (blob, bytes) => CopyAsync(pack.Pack, blob, bytes, token), token).ConfigureAwait(false);
                packDone();
            }).ConfigureAwait(false);
    }

    /// <summary>Of a blob that is in several packs only the first is read.</summary>
    private bool IsFirstPlace(PackId pack, PackedBlob blob) =>
        source.Index.TryFind(blob.Type, blob.Id, out PackedBlobLocation place) && place.Pack == pack && place.Offset == blob.Offset;

    private async ValueTask CopyAsync(PackId pack, PackedBlob blob, ReadOnlyMemory<byte> sealedBytes, CancellationToken cancellationToken)
    {
        (PooledBuffer Payload, PooledBuffer Plaintext)? opened = TryOpen(pack, blob, sealedBytes.Span);
        if (opened is null)
        {
            // Another copy may be sound; if none is, this says what is wrong.
            using PooledBuffer other = await source.LoadBlobAsync(blob.Type, blob.Id, cancellationToken).ConfigureAwait(false);
            await writer.SaveAsync(blob.Type, other.Memory, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            using PooledBuffer payload = opened.Value.Payload;
            using PooledBuffer plaintext = opened.Value.Plaintext;
            ValueTask<SavedBlob> saving = blob.IsCompressed && destination.Config.Version >= 2
                ? writer.SaveCompressedAsync(blob.Type, blob.Id, payload.Memory, plaintext.Length, cancellationToken)
                : writer.SaveAsync(blob.Type, plaintext.Memory, cancellationToken);
            await saving.ConfigureAwait(false);
        }

        blobDone(blob.Length);
    }

    /// <returns>What was sealed and what that is the compressed form of, possibly the same; null if it is damaged.</returns>
    private (PooledBuffer Payload, PooledBuffer Plaintext)? TryOpen(PackId pack, in PackedBlob blob, ReadOnlySpan<byte> sealedBytes)
    {
        BlobDecoder decoder = source.RentDecoder();
        PooledBuffer? payload = null;
        try
        {
            payload = decoder.Open(pack, blob, sealedBytes);
            return (payload, decoder.Expand(pack, blob, payload));
        }
        catch (RepositoryDamagedException)
        {
            payload?.Dispose();
            return null; // who asked looks for another copy
        }
        finally
        {
            source.Return(decoder);
        }
    }
}
