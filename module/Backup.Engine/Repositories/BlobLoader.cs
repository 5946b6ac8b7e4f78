using Backup.Engine.Buffers;
using Backup.Engine.Indexing;
using Backup.Engine.Packs;
using Backup.Engine.Storage;

namespace Backup.Engine.Repositories;

/// <summary>Loads single blobs of an opened repository.</summary>
/// <param name="repository">The repository.</param>
/// <param name="readAhead">What its trees come through; null if they come straight from the backend.</param>
internal sealed class BlobLoader(OpenedRepository repository, TreeReadAhead? readAhead)
{
    /// <summary>Larger ones are rare: what an index claims of them is compared with the file before it is believed.</summary>
    private const uint LargeBlob = 32 * 1024 * 1024;

    /// <summary>Loads a blob from the first of its places where it is sound.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="id">Its id.</param>
    /// <param name="decode">Opens and verifies the sealed bytes, which are lent.</param>
    /// <param name="cancellationToken">Ends the loading.</param>
    /// <exception cref="RepositoryDamagedException">It is unknown, or damaged everywhere.</exception>
    public async Task<T> LoadAsync<T>(
        BlobType type, BlobId id, Func<PackId, PackedBlob, PooledBuffer, T> decode, CancellationToken cancellationToken)
    {
        if (!repository.Index.TryFind(type, id, out PackedBlobLocation location))
        {
            throw new RepositoryDamagedException(
                $"The {(type == BlobType.Tree ? "tree" : "data")} blob {id} is in no index. Run a check, then rebuild the index.");
        }

        try
        {
            return await LoadFromAsync(location.Pack, location.ToPackedBlob(type, id), decode, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is RepositoryDamagedException or BackendFileNotFoundException)
        {
            foreach (PackedBlobLocation other in repository.Index.FindAll(type, id))
            {
                if (other.Pack == location.Pack && other.Offset == location.Offset)
                {
                    continue;
                }

                try
                {
                    return await LoadFromAsync(other.Pack, other.ToPackedBlob(type, id), decode, cancellationToken).ConfigureAwait(false);
                }
                catch (Exception again) when (again is RepositoryDamagedException or BackendFileNotFoundException)
                {
                    // Not lost: if no other copy is sound, the first failure is thrown below.
                }
            }

            throw exception as RepositoryDamagedException ?? new RepositoryDamagedException(
                $"Pack {location.Pack}, which holds the blob {id}, is missing. Run a check, then rebuild the index.", exception);
        }
    }

    private async Task<T> LoadFromAsync<T>(
        PackId pack, PackedBlob blob, Func<PackId, PackedBlob, PooledBuffer, T> decode, CancellationToken cancellationToken)
    {
        var file = new FileHandle(FileKind.Pack, pack.Hash);
        if (blob.Length > LargeBlob
            && blob.Offset + (long)blob.Length > await repository.Backend.GetSizeAsync(file, cancellationToken).ConfigureAwait(false))
        {
            throw new RepositoryDamagedException(
                $"The index claims {blob.Length:N0} bytes for blob {blob.Id} in pack {pack}. Run a check, then rebuild the index.");
        }

        using PooledBuffer sealedBytes = PooledBuffer.Rent(checked((int)blob.Length));
        await repository.Backend.LoadRangeAsync(file, blob.Offset, sealedBytes.Memory, cancellationToken).ConfigureAwait(false);
        try
        {
            return decode(pack, blob, sealedBytes);
        }
        catch (RepositoryDamagedException) when (readAhead is not null)
        {
            // It may have been damaged on its way, and what came with it may be kept: once more, from there.
            readAhead.Drop(pack.Hash, blob.Offset, blob.Length);
            await repository.Backend.LoadRangeAsync(file, blob.Offset, sealedBytes.Memory, cancellationToken).ConfigureAwait(false);
            return decode(pack, blob, sealedBytes);
        }
    }
}
