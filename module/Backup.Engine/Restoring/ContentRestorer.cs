using Backup.Engine.Buffers;
using Backup.Engine.Concurrency;
using Backup.Engine.Packs;
using Backup.Engine.Repositories;

namespace Backup.Engine.Restoring;

/// <summary>
/// Fetches what a plan needs, pack by pack: neighbouring blobs in one read, each blob decoded once and written to all its
/// places. Workers take the next stretch of a pack as soon as they are done with one.
/// </summary>
internal sealed class ContentRestorer(RestoreJob job, RestorePlan plan, FileWriter writer)
{
    private const int FilesAtOnce = 64;

    private readonly Lock _gate = new();
    private Queue<PackStretch> _stretches = [];
    private int _nextPack;
    private int _nextFile;

    /// <summary>Carries the plan out.</summary>
    /// <exception cref="StorageFullException">The target is full.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var stages = new StageGroup(cancellationToken);
        for (int i = 0; i < WorkerCount(); i++)
        {
            stages.Start(WorkAsync);
        }

        await stages.WhenAllAsync().ConfigureAwait(false);
    }

    /// <summary>
    /// As many as there are processors or connections, fewer where memory is short. Each costs at most a stretch (4 MiB, or
    /// one larger blob), and an opened and a decompressed blob; 8 MiB of content take three buffers of 16 MiB at worst.
    /// </summary>
    private int WorkerCount()
    {
        const long PerWorker = 48L * 1024 * 1024;
        long limit = job.Repository.Options.MemoryLimitInBytes ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2;
        int wanted = Math.Max(Environment.ProcessorCount, job.Repository.Backend.Connections);
        return (int)Math.Clamp(limit / PerWorker, 1, wanted);
    }

    private async Task WorkAsync(CancellationToken cancellationToken)
    {
        while (TakeFiles() is { } files)
        {
            foreach (FilePlan file in files)
            {
                cancellationToken.ThrowIfCancellationRequested();
                writer.WriteWithoutPieces(file);
            }
        }

        while (TakeStretch() is { } stretch)
        {
            await RestoreAsync(stretch, cancellationToken).ConfigureAwait(false);
        }
    }

    private List<FilePlan>? TakeFiles()
    {
        lock (_gate)
        {
            int count = Math.Min(FilesAtOnce, plan.WithoutPieces.Count - _nextFile);
            if (count == 0)
            {
                return null;
            }

            _nextFile += count;
            return plan.WithoutPieces.GetRange(_nextFile - count, count);
        }
    }

    private PackStretch? TakeStretch()
    {
        lock (_gate)
        {
            while (_stretches.Count == 0)
            {
                if (_nextPack == plan.Packs.Count)
                {
                    return null;
                }

                _stretches = PackStretch.Split(plan.Packs[_nextPack]);
                plan.Packs[_nextPack++] = PackStretch.Taken; // its pieces are garbage when they are written
            }

            return _stretches.Dequeue();
        }
    }

    private async Task RestoreAsync(PackStretch stretch, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (stretch.Pieces.TrueForAll(piece => piece.File.HasFailed))
        {
            return;
        }

        using PooledBuffer? bytes = await TryLoadAsync(stretch, cancellationToken).ConfigureAwait(false);
        int first = 0;
        while (first < stretch.Pieces.Count)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int end = first + 1;
            while (end < stretch.Pieces.Count && stretch.Pieces[end].Blob == stretch.Pieces[first].Blob)
            {
                end++;
            }

            await RestoreBlobAsync(stretch, bytes, first, end, cancellationToken).ConfigureAwait(false);
            first = end;
        }
    }

    /// <returns>Null if the pack is missing or too short: then other copies of its blobs are looked for.</returns>
    private async Task<PooledBuffer?> TryLoadAsync(PackStretch stretch, CancellationToken cancellationToken)
    {
        PooledBuffer bytes = PooledBuffer.Rent(stretch.Length);
        try
        {
            await job.Repository.Backend.LoadRangeAsync(
                new FileHandle(FileKind.Pack, stretch.Pack.Hash), stretch.Offset, bytes.Memory, cancellationToken).ConfigureAwait(false);
            job.Log.Add(RestoreCount.BytesFetched, stretch.Length);
            return bytes;
        }
        catch (Exception exception) when (exception is RepositoryDamagedException or BackendFileNotFoundException)
        {
            bytes.Dispose();
            return null; // what has no other copy is reported when that is tried
        }
        catch (BackendException exception)
        {
            bytes.Dispose();
            Fail(stretch.Pieces, exception);
            return null;
        }
        catch
        {
            bytes.Dispose();
            throw;
        }
    }

    private async Task RestoreBlobAsync(
        PackStretch stretch, PooledBuffer? bytes, int first, int end, CancellationToken cancellationToken)
    {
        List<Piece> pieces = stretch.Pieces.GetRange(first, end - first);
        if (pieces.TrueForAll(piece => piece.File.HasFailed))
        {
            return;
        }

        try
        {
            PackedBlob blob = pieces[0].Blob;
            using PooledBuffer content = (bytes is null ? null : TryDecode(stretch, bytes, blob))
                ?? await job.Repository.LoadBlobAsync(BlobType.Data, blob.Id, cancellationToken).ConfigureAwait(false);
            if (content.Length != blob.PlaintextLength)
            {
                throw new RepositoryDamagedException(
                    $"The data blob {blob.Id} has {content.Length:N0} bytes, but the index says {blob.PlaintextLength:N0}. Run a check, then rebuild the index.");
            }

            foreach (Piece piece in pieces)
            {
                cancellationToken.ThrowIfCancellationRequested();
                writer.Write(piece, content.Span);
            }
        }
        catch (Exception exception) when (exception is RepositoryDamagedException or (BackendException and not StorageFullException))
        {
            Fail(pieces, exception);
        }
    }

    /// <returns>Null if it is damaged here.</returns>
    private PooledBuffer? TryDecode(PackStretch stretch, PooledBuffer bytes, in PackedBlob blob)
    {
        BlobDecoder decoder = job.Repository.RentDecoder();
        try
        {
            return decoder.Decode(stretch.Pack, blob, bytes.Span.Slice((int)(blob.Offset - stretch.Offset), (int)blob.Length));
        }
        catch (RepositoryDamagedException)
        {
            return null; // what has no other copy is reported when that is tried
        }
        finally
        {
            job.Repository.Return(decoder);
        }
    }

    private void Fail(List<Piece> pieces, Exception exception)
    {
        foreach (Piece piece in pieces)
        {
            writer.Fail(piece.File, RestoreIssueKind.Damaged, exception);
        }
    }
}
