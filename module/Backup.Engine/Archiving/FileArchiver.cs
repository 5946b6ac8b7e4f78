using System.Collections.Concurrent;
using Backup.Engine.Buffers;
using Backup.Engine.Chunking;
using Backup.Engine.Repositories;

namespace Backup.Engine.Archiving;

/// <summary>Reads files, cuts them into chunks, and has those saved: on this thread, or on others that are idle.</summary>
internal sealed class FileArchiver(
    IBackupSource source,
    ChunkerPolynomial polynomial,
    BackupTargets writer,
    WorkQueue queue,
    BackupCounters counters,
    CancellationToken stop)
{
    /// <summary>What is read at once. Smaller blocks were measured to take twice as long.</summary>
    private const int ReadLength = 512 * 1024;

    /// <summary>Room for a chunk at first; chunks have 1.5 MiB on average.</summary>
    private const int FirstChunkRoom = 2 * 1024 * 1024;

    private readonly ConcurrentBag<Chunker> _chunkers = [];
    private readonly ConcurrentDictionary<string, byte> _current = new();

    /// <summary>Files that are being read.</summary>
    public IReadOnlyList<string> Current => [.. _current.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Reads a file and reports it: with its content, or as skipped.</summary>
    /// <param name="entry">The file.</param>
    /// <param name="done">Called once, maybe on another thread, when its last chunk is saved; a null node: leave it out.</param>
    /// <param name="skip">Told why the file can't be read, or not for certain.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public async Task ArchiveAsync(
        SourceEntry entry, Action<FileInProgress> done, Action<SkipReason, string> skip, CancellationToken cancellationToken)
    {
        if (stop.IsCancellationRequested)
        {
            new FileInProgress(done).ReaderDone(null);
            return;
        }

        _current.TryAdd(entry.Path, 0);
        try
        {
            using SourceContent content = Open(entry);
            await ReadAsync(entry, content, done, skip, cancellationToken).ConfigureAwait(false);
        }
        catch (SourceReadException exception)
        {
            skip(exception.Reason, exception.Message);
            new FileInProgress(done).ReaderDone(null);
        }
        finally
        {
            _current.TryRemove(entry.Path, out _);
        }
    }

    private async Task ReadAsync(
        SourceEntry entry, SourceContent content, Action<FileInProgress> done, Action<SkipReason, string> skip, CancellationToken cancellationToken)
    {
        for (int attempt = 1; ; attempt++)
        {
            // The metadata of what is open: the path may lead to another file by now.
            Node node = ReadNode(content) is { } opened ? opened with { Name = entry.Node!.Name } : entry.Node!;
            var file = new FileInProgress(done);
            long length;
            try
            {
                length = await ReadChunksAsync(content, file, (long)node.Size, cancellationToken).ConfigureAwait(false);
            }
            catch (SourceReadException exception)
            {
                skip(exception.Reason, exception.Message);
                file.ReaderDone(null);
                return;
            }

            if (length < 0)
            {
                file.ReaderDone(null);
                return;
            }

            Node? after = ReadNode(content);
            bool isStable = after is null || IsUnchanged(node, after, length);
            if (!isStable && attempt == 1 && content.TryRewind())
            {
                counters.Read(-length);
                continue; // this reading is never done: its chunks are saved, their list is not used
            }

            if (!isStable)
            {
                skip(SkipReason.Changed, "The file changed while it was read, twice; what is stored may be a mixture.");
            }

            file.ReaderDone(node with { Size = (ulong)length, Content = file.Content });
            return;
        }
    }

    // Only what the source itself fails in skips the file: a failure to save must never look like one to read.
    private SourceContent Open(SourceEntry entry)
    {
        try
        {
            return source.Open(entry);
        }
        catch (Exception exception) when (SourceReadException.TryWrap(exception, out SourceReadException? wrapped))
        {
            throw wrapped;
        }
    }

    private static int Read(SourceContent content, Span<byte> buffer)
    {
        try
        {
            return content.Read(buffer);
        }
        catch (Exception exception) when (SourceReadException.TryWrap(exception, out SourceReadException? wrapped))
        {
            throw wrapped;
        }
    }

    private static Node? ReadNode(SourceContent content)
    {
        try
        {
            return content.ReadNode();
        }
        catch (Exception exception) when (SourceReadException.TryWrap(exception, out SourceReadException? wrapped))
        {
            throw wrapped;
        }
    }

    private static bool IsUnchanged(Node before, Node after, long length) =>
        (ulong)length == after.Size
        && before.ModTime.IsSameInstant(after.ModTime)
        && before.ChangeTime.IsSameInstant(after.ChangeTime);

    /// <returns>The file's length, or -1 if the backup is to stop before its end.</returns>
    private async Task<long> ReadChunksAsync(
        SourceContent content, FileInProgress file, long expectedLength, CancellationToken cancellationToken)
    {
        PooledBuffer? first = null;
        bool isAtEnd = false;
        if (expectedLength < Chunker.MinLength)
        {
            // One chunk: no need to look for cuts. One byte more than expected tells whether the file has grown.
            first = PooledBuffer.Rent((int)expectedLength + 1);
            isAtEnd = Fill(content, first);
            if (isAtEnd)
            {
                return await SaveLastAsync(file, first, cancellationToken).ConfigureAwait(false);
            }
        }

        if (!_chunkers.TryTake(out Chunker? chunker))
        {
            chunker = new Chunker(polynomial);
        }

        chunker.Reset();
        long length = await CutAsync(content, file, chunker, first, cancellationToken).ConfigureAwait(false);
        _chunkers.Add(chunker);
        return length;
    }

    /// <summary>Fills a buffer; at the end of the file truncates it to what there was.</summary>
    private static bool Fill(SourceContent content, PooledBuffer buffer)
    {
        int filled = 0;
        while (filled < buffer.Length)
        {
            int read = Read(content, buffer.Span[filled..]);
            if (read == 0)
            {
                buffer.Truncate(filled);
                return true;
            }

            filled += read;
        }

        return false;
    }

    private async Task<long> SaveLastAsync(FileInProgress file, PooledBuffer chunk, CancellationToken cancellationToken)
    {
        using (chunk)
        {
            counters.Read(chunk.Length);
            if (chunk.Length > 0)
            {
                await SaveAsync(file, file.AddChunk(), chunk, cancellationToken).ConfigureAwait(false);
            }

            return chunk.Length;
        }
    }

    private async Task<long> CutAsync(
        SourceContent content, FileInProgress file, Chunker chunker, PooledBuffer? first, CancellationToken cancellationToken)
    {
        long length = 0;
        PooledBuffer chunk = first ?? PooledBuffer.Rent(FirstChunkRoom);
        int filled = first?.Length ?? 0;
        int searched = 0;

        try
        {
            while (!stop.IsCancellationRequested)
            {
                int cut = filled > searched ? chunker.FindCut(chunk.Span[searched..filled]) : -1;
                if (cut >= 0)
                {
                    int chunkLength = searched + cut;
                    PooledBuffer next = PooledBuffer.Rent(FirstChunkRoom);
                    chunk.Span[chunkLength..filled].CopyTo(next.Span);
                    (chunk, PooledBuffer complete) = (next, chunk);
                    filled -= chunkLength;
                    searched = 0;
                    length += chunkLength;
                    complete.Truncate(chunkLength);
                    counters.Read(chunkLength);
                    await HandOverAsync(file, complete, cancellationToken).ConfigureAwait(false);
                    continue;
                }

                searched = filled;
                if (filled == chunk.Length)
                {
                    chunk = Grow(chunk);
                }

                int read = Read(content, chunk.Span.Slice(filled, Math.Min(ReadLength, chunk.Length - filled)));
                if (read == 0)
                {
                    break;
                }

                filled += read;
                cancellationToken.ThrowIfCancellationRequested();
            }

            if (stop.IsCancellationRequested)
            {
                return -1;
            }

            chunk.Truncate(filled);
            PooledBuffer last = chunk;
            chunk = null!; // given away
            return length + await SaveLastAsync(file, last, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            chunk?.Dispose();
        }
    }

    /// <summary>Most chunks are much shorter than the longest: room is made as it is needed.</summary>
    private static PooledBuffer Grow(PooledBuffer full)
    {
        using (full)
        {
            PooledBuffer larger = PooledBuffer.Rent(Math.Min(Chunker.MaxLength, Math.Max(FirstChunkRoom, 2 * full.Length)));
            full.Span.CopyTo(larger.Span);
            return larger;
        }
    }

    /// <summary>Lets an idle worker save a chunk, or saves it here.</summary>
    private async ValueTask HandOverAsync(FileInProgress file, PooledBuffer chunk, CancellationToken cancellationToken)
    {
        int place = file.AddChunk();
        if (!queue.TryAddChunk(token => SaveAndDisposeAsync(file, place, chunk, token)))
        {
            await SaveAndDisposeAsync(file, place, chunk, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task SaveAndDisposeAsync(
        FileInProgress file, int place, PooledBuffer chunk, CancellationToken cancellationToken)
    {
        using (chunk)
        {
            await SaveAsync(file, place, chunk, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask SaveAsync(
        FileInProgress file, int place, PooledBuffer chunk, CancellationToken cancellationToken)
    {
        SavedBlob blob = await writer.SaveAsync(BlobType.Data, chunk.Memory, cancellationToken).ConfigureAwait(false);
        counters.Saved(BlobType.Data, blob);
        file.ChunkSaved(place, blob);
    }
}
