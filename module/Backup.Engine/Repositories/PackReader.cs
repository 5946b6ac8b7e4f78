using System.Buffers.Binary;
using Backup.Engine.Buffers;
using Backup.Engine.Crypto;
using Backup.Engine.Packs;

namespace Backup.Engine.Repositories;

/// <summary>Reads blobs of one pack in few, large reads.</summary>
internal sealed class PackReader(OpenedRepository repository)
{
    /// <summary>Blobs that nobody wants are read along if that saves a call: up to so many bytes.</summary>
    private const int MaxGap = 1024 * 1024;

    /// <summary>What is read at once, and so the memory that a reader needs (a single larger blob aside).</summary>
    private const int MaxRun = 16 * 1024 * 1024;

    /// <summary>Reads blobs and hands them over one after the other, verified.</summary>
    /// <param name="pack">The pack.</param>
    /// <param name="blobsByOffset">Its blobs, ordered by offset.</param>
    /// <param name="onBlob">Takes each blob and its plaintext, and disposes the latter.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="RepositoryDamagedException">A blob is damaged, or the pack ends early.</exception>
    public Task ReadAsync(
        PackId pack,
        IReadOnlyList<PackedBlob> blobsByOffset,
        Func<PackedBlob, PooledBuffer, ValueTask> onBlob,
        CancellationToken cancellationToken) =>
        ReadSealedAsync(
            pack, blobsByOffset, (blob, sealedBytes) => onBlob(blob, repository.Decode(pack, blob, sealedBytes.Span)), cancellationToken);

    /// <summary>Reads blobs and hands them over one after the other, as they are in the pack.</summary>
    /// <param name="pack">The pack.</param>
    /// <param name="blobsByOffset">Its blobs, ordered by offset.</param>
    /// <param name="onBlob">Takes each blob and its sealed bytes, lent until the task is done.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="RepositoryDamagedException">The pack ends early.</exception>
    public async Task ReadSealedAsync(
        PackId pack,
        IReadOnlyList<PackedBlob> blobsByOffset,
        Func<PackedBlob, ReadOnlyMemory<byte>, ValueTask> onBlob,
        CancellationToken cancellationToken)
    {
        int first = 0;
        while (first < blobsByOffset.Count)
        {
            int end = FindRunEnd(blobsByOffset, first);
            long offset = blobsByOffset[first].Offset;
            long length = EndOf(blobsByOffset[end - 1]) - offset;
            if (length > int.MaxValue)
            {
                throw new RepositoryDamagedException(
                    $"The index claims a blob of {length:N0} bytes in pack {pack}. Run a check, then rebuild the index.");
            }

            using PooledBuffer run = PooledBuffer.Rent((int)length);
            await repository.Backend.LoadRangeAsync(
                new FileHandle(FileKind.Pack, pack.Hash), offset, run.Memory, cancellationToken).ConfigureAwait(false);
            for (; first < end; first++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                PackedBlob blob = blobsByOffset[first];
                await onBlob(blob, run.Memory.Slice((int)(blob.Offset - offset), (int)blob.Length)).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Reads the list of blobs at the end of a pack.</summary>
    /// <param name="pack">The pack.</param>
    /// <param name="packSize">The file's size in bytes.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="RepositoryDamagedException">The header is damaged or makes no sense.</exception>
    public async Task<List<PackedBlob>> ReadHeaderAsync(PackId pack, long packSize, CancellationToken cancellationToken)
    {
        var file = new FileHandle(FileKind.Pack, pack.Hash);
        byte[] lengthBytes = new byte[sizeof(uint)];
        if (packSize < lengthBytes.Length)
        {
            throw new RepositoryDamagedException(
                $"Pack {pack} has only {packSize} bytes: the upload was cut short. Run a check, then rebuild the index.");
        }

        await repository.Backend.LoadRangeAsync(file, packSize - lengthBytes.Length, lengthBytes, cancellationToken)
            .ConfigureAwait(false);
        long length = BinaryPrimitives.ReadUInt32LittleEndian(lengthBytes);
        if (length < BlobCipher.Overhead || length > packSize - lengthBytes.Length || length > int.MaxValue)
        {
            throw new RepositoryDamagedException(
                $"Pack {pack} has {packSize:N0} bytes, its header claims {length:N0}: it was altered or cut short. Run a check, then rebuild the index.");
        }

        using PooledBuffer header = PooledBuffer.Rent((int)length);
        await repository.Backend.LoadRangeAsync(
            file, packSize - lengthBytes.Length - length, header.Memory, cancellationToken).ConfigureAwait(false);
        return DecodeHeader(pack, header.Span, packSize);
    }

    /// <summary>Opens and decodes a sealed header.</summary>
    public List<PackedBlob> DecodeHeader(PackId pack, ReadOnlySpan<byte> sealedHeader, long packSize)
    {
        using PooledBuffer plaintext = PooledBuffer.Rent(sealedHeader.Length - BlobCipher.Overhead);
        if (!repository.Cipher.TryOpen(sealedHeader, plaintext.Span))
        {
            throw new RepositoryDamagedException(
                $"The header of pack {pack} can't be decrypted: it was altered, or written with another key. Run a check, then rebuild the index.");
        }

        try
        {
            return PackHeader.Decode(plaintext.Span, packSize);
        }
        catch (RepositoryDamagedException exception)
        {
            throw new RepositoryDamagedException($"The header of pack {pack} makes no sense. {exception.Message}", exception);
        }
    }

    private static int FindRunEnd(IReadOnlyList<PackedBlob> blobs, int first)
    {
        long start = blobs[first].Offset;
        int end = first + 1;
        while (end < blobs.Count
            && blobs[end].Offset - EndOf(blobs[end - 1]) <= MaxGap
            && EndOf(blobs[end]) - start <= MaxRun)
        {
            end++;
        }

        return end;
    }

    private static long EndOf(in PackedBlob blob) => (long)blob.Offset + blob.Length;
}
