using System.Collections.Concurrent;
using System.Security.Cryptography;
using Backup.Engine.Buffers;
using Backup.Engine.Compression;
using Backup.Engine.Concurrency;
using Backup.Engine.Crypto;
using Backup.Engine.Packs;

namespace Backup.Engine.Repositories;

/// <summary>
/// Saves blobs: a blob that is not known yet is compressed, sealed into an open pack and read back, all on the
/// calling thread; full packs go to the uploaders. Any number of threads may save at once.
/// </summary>
internal sealed class BlobWriter : IDisposable
{
    private readonly OpenedRepository _repository;
    private readonly MemoryBudget _budget;
    private readonly IndexWriter _index;
    private readonly PackUploader _uploader;
    private readonly ConcurrentBag<BlobEncoder> _encoders = [];
    private readonly Lock _gate = new();

    /// <summary>Blobs go to one of several open packs at random, which hides where a file was cut. Not where memory is too short for that.</summary>
    /// <remarks>See C. Percival, «Chunking attacks on file backup services», and restic issue 5291.</remarks>
    private readonly OpenPack?[] _open;

    private readonly EpochGate _saving = new();
    private readonly bool _canCompress;
    private readonly bool _discards;
    private readonly bool _repacks;
    private bool _isComplete;
    private int _packs; // opened so far

    /// <summary>A writer whose uploaders join <paramref name="stages"/>; if those fail, so does whoever saves.</summary>
    /// <param name="repository">Where to.</param>
    /// <param name="stages">The group that the uploaders join.</param>
    /// <param name="discards">Do everything but store: a dry run.</param>
    /// <param name="repacks">
    /// What is saved is in other packs already: the index in memory does not take it up again. And all of it gets
    /// compressed, as small as it may be, so that nobody takes it for something that was stored before compression.
    /// </param>
    /// <param name="budget">How much may be under way at once; null: what there is memory for.</param>
    /// <exception cref="MemoryLimitException">There is too little memory.</exception>
    public BlobWriter(
        OpenedRepository repository, StageGroup stages, bool discards, bool repacks = false, MemoryBudget? budget = null)
    {
        _budget = budget ?? MemoryBudget.For([repository], repository.Parallelism);
        _open = new OpenPack?[2 * _budget.OpenPacks];
        _repository = repository;
        _discards = discards;
        _repacks = repacks;
        _index = new IndexWriter(repository.Files, repository.Options.Time);
        _uploader = new PackUploader(repository, _index, stages, _budget, discards, addsToIndex: !repacks);
        _canCompress = repository.Config.Version >= 2 && ZstdEncoder.IsAvailable;
        if (repository.Config.Version >= 2 && !ZstdEncoder.IsAvailable)
        {
            repository.Options.Warn?.Invoke(
                "The library libzstd is not on this machine, so what is stored now is not compressed. The repository stays valid; install the library (Debian: libzstd1) to save space.");
        }
    }

    /// <summary>Saves a blob if the repository does not have it.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="plaintext">Its content, lent until the task is done.</param>
    /// <param name="cancellationToken">Ends the wait for uploads.</param>
    public ValueTask<SavedBlob> SaveAsync(
        BlobType type, ReadOnlyMemory<byte> plaintext, CancellationToken cancellationToken) =>
        SaveAsync(type, BlobId.Of(plaintext.Span), plaintext, cancellationToken);

    /// <summary>Saves a blob if the repository does not have it.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="id">Its id.</param>
    /// <param name="plaintext">Its content, lent until the task is done.</param>
    /// <param name="cancellationToken">Ends the wait for uploads.</param>
    public ValueTask<SavedBlob> SaveAsync(
        BlobType type, BlobId id, ReadOnlyMemory<byte> plaintext, CancellationToken cancellationToken)
    {
        int epoch = _saving.Enter();
        if (!_repository.Index.TryClaim(type, id))
        {
            _saving.Exit(epoch);
            return ValueTask.FromResult(new SavedBlob(id, IsNew: false, plaintext.Length, 0));
        }

        return StoreAsync(type, id, plaintext, epoch, cancellationToken);
    }

    /// <summary>Saves a blob that is compressed already, if the repository does not have it.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="id">Its id: the caller has verified that it is what the payload decompresses to.</param>
    /// <param name="payload">Its compressed content, lent until the task is done.</param>
    /// <param name="length">How long it is when decompressed.</param>
    /// <param name="cancellationToken">Ends the wait for uploads.</param>
    public async ValueTask<SavedBlob> SaveCompressedAsync(
        BlobType type, BlobId id, ReadOnlyMemory<byte> payload, int length, CancellationToken cancellationToken)
    {
        int epoch = _saving.Enter();
        if (!_repository.Index.TryClaim(type, id))
        {
            _saving.Exit(epoch);
            return new SavedBlob(id, IsNew: false, length, 0);
        }

        await _uploader.WhenRoomAsync(cancellationToken).ConfigureAwait(false);
        (OpenPack pack, PackedBlob blob) = Reserve(
            type, id, payload.Length + BlobCipher.Overhead, length, out OpenPack? closed);
        _repository.Cipher.Seal(payload.Span, pack.Place(blob));
        Verify(pack, blob);
        await FinishAsync(pack, closed, cancellationToken).ConfigureAwait(false);
        _saving.Exit(epoch);
        return new SavedBlob(id, IsNew: true, length, (int)blob.Length);
    }

    /// <summary>Begins a tree that is too long to be in memory as a whole.</summary>
    public LongBlob BeginLong() => new(_canCompress ? EncodeTreePiece : null);

    /// <summary>Saves a tree that came in pieces, if the repository does not have it.</summary>
    /// <param name="tree">All its pieces.</param>
    /// <param name="cancellationToken">Ends the wait for uploads.</param>
    public async ValueTask<SavedBlob> SaveTreeAsync(LongBlob tree, CancellationToken cancellationToken)
    {
        BlobId id = tree.Id;
        int epoch = _saving.Enter();
        if (!_repository.Index.TryClaim(BlobType.Tree, id))
        {
            _saving.Exit(epoch);
            return new SavedBlob(id, IsNew: false, tree.Length, 0);
        }

        await _uploader.WhenRoomAsync(cancellationToken).ConfigureAwait(false);
        OpenPack pack;
        OpenPack? closed;
        PackedBlob blob;
        using (PooledBuffer payload = tree.Join())
        {
            (pack, blob) = Reserve(
                BlobType.Tree, id, payload.Length + BlobCipher.Overhead, tree.IsCompressed ? tree.Length : 0, out closed);
            _repository.Cipher.Seal(payload.Span, pack.Place(blob));
        }

        Verify(pack, blob);
        await FinishAsync(pack, closed, cancellationToken).ConfigureAwait(false);
        _saving.Exit(epoch);
        return new SavedBlob(id, IsNew: true, tree.Length, (int)blob.Length);
    }

    /// <summary>Saves a blob even if the repository has it: where that is can't be relied upon.</summary>
    /// <inheritdoc cref="SaveAsync(BlobType, ReadOnlyMemory{byte}, CancellationToken)"/>
    public ValueTask<SavedBlob> SaveAgainAsync(
        BlobType type, ReadOnlyMemory<byte> plaintext, CancellationToken cancellationToken) =>
        StoreAsync(type, BlobId.Of(plaintext.Span), plaintext, _saving.Enter(), cancellationToken);

    /// <summary>Saves a blob as it is in another pack of this repository, even if the repository has it.</summary>
    /// <param name="source">What it is; verified by the caller.</param>
    /// <param name="sealedBytes">Its bytes there, lent until the task is done.</param>
    /// <param name="cancellationToken">Ends the wait for uploads.</param>
    public async ValueTask CopyAsync(PackedBlob source, ReadOnlyMemory<byte> sealedBytes, CancellationToken cancellationToken)
    {
        int epoch = _saving.Enter();
        await _uploader.WhenRoomAsync(cancellationToken).ConfigureAwait(false);
        (OpenPack pack, PackedBlob blob) = Reserve(
            source.Type, source.Id, sealedBytes.Length, (int)source.UncompressedLength, out OpenPack? closed);
        sealedBytes.Span.CopyTo(pack.Place(blob)); // the same key, nonce and content: as good as a copy of the file
        await FinishAsync(pack, closed, cancellationToken).ConfigureAwait(false);
        _saving.Exit(epoch);
    }

    /// <summary>Whether the repository has all these data blobs.</summary>
    public bool HasAll(IReadOnlyList<BlobId> content)
    {
        for (int i = 0; i < content.Count; i++)
        {
            if (!_repository.Index.Contains(BlobType.Data, content[i]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// Waits until every blob whose saving has begun is stored and in a stored index, also those that one caller
    /// was told are known because another caller was saving them.
    /// </summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        await _saving.WhenLeftAsync(cancellationToken).ConfigureAwait(false);
        OpenPack?[] open;
        lock (_gate)
        {
            open = [.. _open];
            Array.Clear(_open);
        }

        foreach (IGrouping<BlobType, OpenPack> packs in open.OfType<OpenPack>().GroupBy(pack => pack.Type))
        {
            // Two packs of one blob each would tell the size of each; and fewer files are better anyway.
            OpenPack first = packs.First();
            foreach (OpenPack other in packs.Skip(1))
            {
                if (first.TryAbsorb(other, _budget.PackSize(packs.Key, _repository.Options.PackSizeInBytes)))
                {
                    Interlocked.Decrement(ref _packs);
                }
                else
                {
                    await CloseAsync(other, cancellationToken).ConfigureAwait(false);
                }
            }

            await CloseAsync(first, cancellationToken).ConfigureAwait(false);
        }

        await _uploader.WhenIdleAsync(cancellationToken).ConfigureAwait(false);
        await _index.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Flushes and lets the uploaders end.</summary>
    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        await FlushAsync(cancellationToken).ConfigureAwait(false);
        if (_uploader.StoredCount != Volatile.Read(ref _packs))
        {
            // Nothing may name blobs that are in no pack, whatever went wrong.
            throw new InvalidOperationException($"{_packs} packs were filled, but {_uploader.StoredCount} stored.");
        }

        _uploader.Complete();
        _isComplete = true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_isComplete || _discards)
        {
            // It knows blobs that were never stored: the next operation must not rely on them.
            _repository.ForgetIndex();
        }

        foreach (BlobEncoder encoder in _encoders)
        {
            encoder.Dispose();
        }

        foreach (OpenPack? pack in _open)
        {
            pack?.Dispose();
        }

        _index.Dispose();
    }

    private async ValueTask<SavedBlob> StoreAsync(
        BlobType type, BlobId id, ReadOnlyMemory<byte> plaintext, int epoch, CancellationToken cancellationToken)
    {
        await _uploader.WhenRoomAsync(cancellationToken).ConfigureAwait(false);
        BlobEncoder encoder = RentEncoder();
        OpenPack pack;
        OpenPack? closed = null;
        PackedBlob blob;
        try
        {
            ReadOnlySpan<byte> payload = encoder.Encode(type, plaintext.Span, out bool isCompressed);
            (pack, blob) = Reserve(
                type, id, payload.Length + BlobCipher.Overhead, isCompressed ? plaintext.Length : 0, out closed);
            _repository.Cipher.Seal(payload, pack.Place(blob));
        }
        finally
        {
            _encoders.Add(encoder);
        }

        Verify(pack, blob);
        await FinishAsync(pack, closed, cancellationToken).ConfigureAwait(false);
        _saving.Exit(epoch); // not after a failure: that ends the whole operation, so nobody may believe in a flush
        return new SavedBlob(id, IsNew: true, plaintext.Length, (int)blob.Length);
    }

    private byte[] EncodeTreePiece(ReadOnlySpan<byte> plaintext)
    {
        BlobEncoder encoder = RentEncoder();
        try
        {
            return encoder.Encode(BlobType.Tree, plaintext, out _).ToArray();
        }
        finally
        {
            _encoders.Add(encoder);
        }
    }

    private BlobEncoder RentEncoder() => _encoders.TryTake(out BlobEncoder? encoder)
        ? encoder
        : new BlobEncoder(_repository.Options.Compression, _canCompress, always: _repacks);

    /// <summary>Finds a place; a pack that is full then is taken out of the open ones and must be closed.</summary>
    private (OpenPack Pack, PackedBlob Blob) Reserve(
        BlobType type, BlobId id, int sealedLength, int uncompressedLength, out OpenPack? full)
    {
        int target = _budget.PackSize(type, _repository.Options.PackSizeInBytes);
        lock (_gate)
        {
            full = null;
            if (OpenPack.SizeForOne(sealedLength) >= target)
            {
                // A pack of its own, so that a huge tree does not drag others along.
                full = new OpenPack(type, OpenPack.SizeForOne(sealedLength));
                Interlocked.Increment(ref _packs);
                return (full, full.Reserve(id, sealedLength, uncompressedLength));
            }

            int slot = ((int)type * _budget.OpenPacks) + RandomNumberGenerator.GetInt32(_budget.OpenPacks);
            OpenPack? pack = _open[slot];
            if (pack is not null && !pack.HasRoomFor(sealedLength))
            {
                full = pack;
                pack = null;
            }

            if (pack is null)
            {
                pack = new OpenPack(type, MemoryBudget.RoomFor(target));
                Interlocked.Increment(ref _packs);
            }

            _open[slot] = pack;
            PackedBlob blob = pack.Reserve(id, sealedLength, uncompressedLength);
            if (full is null && pack.Size >= target)
            {
                full = pack;
                _open[slot] = null;
            }

            return (pack, blob);
        }
    }

    /// <summary>A blob is in its place; another pack was full, perhaps.</summary>
    private async ValueTask FinishAsync(OpenPack pack, OpenPack? closed, CancellationToken cancellationToken)
    {
        if (closed is not null)
        {
            await CloseAsync(closed, cancellationToken).ConfigureAwait(false);
        }

        await CloseAsync(pack, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask CloseAsync(OpenPack pack, CancellationToken cancellationToken)
    {
        if (pack.Finish())
        {
            await _uploader.EnqueueAsync(pack, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Opens the blob as a restore would, before anybody relies on it.</summary>
    private void Verify(OpenPack pack, in PackedBlob blob)
    {
        BlobDecoder decoder = _repository.RentDecoder();
        try
        {
            using PooledBuffer payload = decoder.Open(default, blob, pack.Place(blob));
            if (blob.Type == BlobType.Tree && blob.UncompressedLength > LongBlob.PieceLength)
            {
                decoder.VerifyPieces(default, blob, payload);
            }
            else
            {
                decoder.Expand(default, blob, payload).Dispose();
            }
        }
        catch (RepositoryDamagedException exception)
        {
            throw new RepositoryDamagedException(
                $"The new blob {blob.Id} did not read back as it was written. The memory or processor of this machine is not reliable; the blob was not saved.",
                exception);
        }
        finally
        {
            _repository.Return(decoder);
        }
    }
}
