using System.Collections.Concurrent;
using Backup.Engine.Buffers;
using Backup.Engine.Packs;
using Backup.Engine.Repositories;

namespace Backup.Engine.Maintenance;

/// <summary>Reads what is sound of damaged packs and stores it in new ones. Packs may be salvaged at the same time.</summary>
/// <param name="repository">The repository; its index must no longer know the damaged packs.</param>
/// <param name="writer">Stores the blobs.</param>
internal sealed class PackSalvager(OpenedRepository repository, BlobWriter writer)
{
    /// <summary>What is read at once, and so the memory that a pack needs (a single larger blob aside).</summary>
    private const int MaxRun = 16 * 1024 * 1024;

    private readonly ConcurrentDictionary<(BlobType Type, BlobId Id), bool> _saved = new();
    private readonly ConcurrentBag<(PackId Pack, IReadOnlyDictionary<(BlobType Type, BlobId Id), string?> Faults)> _packs = [];

    /// <summary>Salvages a pack.</summary>
    /// <param name="pack">The pack.</param>
    /// <param name="size">The file's size in bytes; -1 if it is gone.</param>
    /// <param name="blobs">All that index and header say is in it.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task SalvageAsync(
        PackId pack, long size, IEnumerable<PackedBlob> blobs, CancellationToken cancellationToken)
    {
        PackedBlob[] ordered = [.. blobs.Distinct()];
        Array.Sort(ordered, PackOrder.Compare);
        var faults = new Dictionary<(BlobType Type, BlobId Id), string?>();
        int first = 0;
        while (first < ordered.Length)
        {
            (int end, long runEnd) = FindRun(ordered, first);
            long offset = ordered[first].Offset;
            using PooledBuffer? run = await TryLoadAsync(pack, offset, runEnd - offset, size, cancellationToken).ConfigureAwait(false);
            for (; first < end; first++)
            {
                PackedBlob blob = ordered[first];
                string? fault = run is null
                    ? await TrySaveAloneAsync(pack, blob, size, cancellationToken).ConfigureAwait(false)
                    : await TrySaveAsync(pack, blob, run.Memory.Slice((int)(blob.Offset - offset), (int)blob.Length), cancellationToken)
                        .ConfigureAwait(false);
                faults[(blob.Type, blob.Id)] = faults.TryGetValue((blob.Type, blob.Id), out string? earlier) && earlier is null ? null : fault;
            }
        }

        _packs.Add((pack, faults));
    }

    /// <summary>What came of all packs, when the last one has been read.</summary>
    /// <param name="lost">Hears of each blob that is damaged here and is nowhere else, and why.</param>
    /// <param name="cancellationToken">Ends the search for other copies.</param>
    public async Task<IReadOnlyList<PackRepair>> FinishAsync(Action<PackId, BlobId, string> lost, CancellationToken cancellationToken)
    {
        var repairs = new List<PackRepair>();
        foreach ((PackId pack, IReadOnlyDictionary<(BlobType Type, BlobId Id), string?> faults) in _packs.OrderBy(pack => pack.Pack.Hash))
        {
            var missing = new List<BlobId>();
            foreach (((BlobType type, BlobId id), string? fault) in faults.OrderBy(blob => blob.Key.Id.Hash))
            {
                if (fault is not null && !_saved.ContainsKey((type, id))
                    && !await IsSoundElsewhereAsync(type, id, cancellationToken).ConfigureAwait(false))
                {
                    missing.Add(id);
                    lost(pack, id, fault);
                }
            }

            repairs.Add(new PackRepair(pack, faults.Count - missing.Count, missing));
        }

        return repairs;
    }

    private static (int End, long RunEnd) FindRun(PackedBlob[] blobs, int first)
    {
        long start = blobs[first].Offset;
        long runEnd = EndOf(blobs[first]);
        int end = first + 1;
        while (end < blobs.Length && Math.Max(runEnd, EndOf(blobs[end])) - start <= MaxRun)
        {
            runEnd = Math.Max(runEnd, EndOf(blobs[end]));
            end++;
        }

        return (end, runEnd);
    }

    private static long EndOf(in PackedBlob blob) => (long)blob.Offset + blob.Length;

    private async Task<PooledBuffer?> TryLoadAsync(
        PackId pack, long offset, long length, long size, CancellationToken cancellationToken)
    {
        if (offset + length > size || length > int.MaxValue)
        {
            return null;
        }

        PooledBuffer bytes = PooledBuffer.Rent((int)length);
        try
        {
            await repository.Backend.LoadRangeAsync(new FileHandle(FileKind.Pack, pack.Hash), offset, bytes.Memory, cancellationToken)
                .ConfigureAwait(false);
            return bytes;
        }
        catch (BackupException exception) when (exception is BackendException or RepositoryDamagedException)
        {
            bytes.Dispose();
            if (exception is BackendException error)
            {
                await Reachability.ThrowIfAwayAsync(repository, error, cancellationToken).ConfigureAwait(false);
            }

            return null; // a bad sector may be in another blob: they are read one by one then
        }
    }

    private async Task<string?> TrySaveAloneAsync(PackId pack, PackedBlob blob, long size, CancellationToken cancellationToken)
    {
        if (EndOf(blob) > size)
        {
            return size <= 0 ? "the pack is gone or empty" : $"it should end at {EndOf(blob):N0}, but the pack has {size:N0} bytes";
        }

        using PooledBuffer? bytes = await TryLoadAsync(pack, blob.Offset, blob.Length, size, cancellationToken).ConfigureAwait(false);
        return bytes is null
            ? "it can't be read"
            : await TrySaveAsync(pack, blob, bytes.Memory, cancellationToken).ConfigureAwait(false);
    }

    private async Task<string?> TrySaveAsync(
        PackId pack, PackedBlob blob, ReadOnlyMemory<byte> sealedBytes, CancellationToken cancellationToken)
    {
        BlobDecoder decoder = repository.RentDecoder();
        PooledBuffer plaintext;
        try
        {
            plaintext = decoder.Decode(pack, blob, sealedBytes.Span);
        }
        catch (RepositoryDamagedException exception)
        {
            return exception.Message;
        }
        finally
        {
            repository.Return(decoder);
        }

        using (plaintext)
        {
            if (_saved.TryAdd((blob.Type, blob.Id), true)
                && !await IsSoundElsewhereAsync(blob.Type, blob.Id, cancellationToken).ConfigureAwait(false))
            {
                await writer.SaveAgainAsync(blob.Type, plaintext.Memory, cancellationToken).ConfigureAwait(false);
            }
        }

        return null;
    }

    /// <summary>Whether another pack has it, too. That the index says so is not enough where packs are damaged.</summary>
    private async Task<bool> IsSoundElsewhereAsync(BlobType type, BlobId id, CancellationToken cancellationToken)
    {
        if (!repository.Index.Contains(type, id))
        {
            return false;
        }

        try
        {
            (await repository.LoadBlobAsync(type, id, cancellationToken).ConfigureAwait(false)).Dispose();
            return true;
        }
        catch (RepositoryDamagedException)
        {
            return false; // which is the answer: the copy there is damaged, too
        }
        catch (BackendException error)
        {
            await Reachability.ThrowIfAwayAsync(repository, error, cancellationToken).ConfigureAwait(false);
            return false;
        }
    }
}
