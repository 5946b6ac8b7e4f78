using System.Buffers.Binary;
using System.Security.Cryptography;
using Backup.Engine.Buffers;
using Backup.Engine.Packs;
using Backup.Engine.Repositories;

namespace Backup.Engine.Maintenance;

/// <summary>
/// Reads a pack from its first byte to its last and compares everything: the hash of the file with its name, its header
/// with the index, each blob with its id. Used by one thread at a time.
/// </summary>
/// <param name="repository">Where the packs are.</param>
/// <param name="bytesRead">Hears how many bytes were read, often.</param>
internal sealed class PackVerifier(OpenedRepository repository, Action<int> bytesRead)
{
    /// <summary>How much is read at once, and, unless a blob is larger, the memory that this needs.</summary>
    private const int BlockLength = 4 * 1024 * 1024;

    /// <summary>
    /// What all that are at work may read at once over a network, where each block costs a round trip: with five of them most packs
    /// are a block.
    /// </summary>
    private const int DistantLength = 120 * 1024 * 1024;

    private readonly List<CheckProblem> _problems = [];
    private PackId _pack;
    private long _size;

    /// <summary>Verifies a pack.</summary>
    /// <param name="pack">The pack.</param>
    /// <param name="size">The file's size in bytes.</param>
    /// <param name="blobs">What the index says is in it.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>What is wrong with it.</returns>
    public async Task<IReadOnlyList<CheckProblem>> VerifyAsync(
        PackId pack, long size, List<PackedBlob> blobs, CancellationToken cancellationToken)
    {
        blobs.Sort(PackOrder.Compare);
        List<CheckProblem> first = await ReadAsync(pack, size, blobs, cancellationToken).ConfigureAwait(false);
        if (first.Count == 0)
        {
            return first;
        }

        // Once more: what comes and goes is not in the file.
        List<CheckProblem> second = await ReadAsync(pack, size, blobs, cancellationToken).ConfigureAwait(false);
        return second.Count > 0
            ? second
            : [Problem(CheckProblemKind.PackUnreadable,
                $"Pack {pack} was read twice: the second time it was sound, the first time not. Memory, cable or disk may be failing. {first[0].Message}")];
    }

    private async Task<List<CheckProblem>> ReadAsync(
        PackId pack, long size, List<PackedBlob> blobs, CancellationToken cancellationToken)
    {
        _pack = pack;
        _size = size;
        _problems.Clear();
        try
        {
            (Digest hash, List<PackedBlob>? header) = await ReadFileAsync(CheckLayout(blobs), cancellationToken)
                .ConfigureAwait(false);
            if (hash != pack.Hash)
            {
                Report(CheckProblemKind.PackHashWrong,
                    $"Pack {pack} has another SHA-256 than its name says, {hash}: it was altered, cut short or renamed.");
            }

            if (header is not null)
            {
                CompareHeader(header, blobs);
            }
        }
        catch (BackupException exception) when (exception is BackendException or RepositoryDamagedException)
        {
            Report(CheckProblemKind.PackUnreadable, $"Pack {pack} can't be read to its end. {exception.Message}");
        }

        return [.. _problems];
    }

    /// <summary>Looks for blobs that can't be where the index says, and leaves them out.</summary>
    private List<PackedBlob> CheckLayout(List<PackedBlob> blobs)
    {
        var readable = new List<PackedBlob>(blobs.Count);
        long end = 0;
        bool isContinuous = true;
        foreach (PackedBlob blob in blobs)
        {
            isContinuous &= blob.Offset == end;
            end = Math.Max(end, EndOf(blob));
            if (EndOf(blob) <= _size)
            {
                readable.Add(blob);
            }
            else
            {
                ReportBlob(blob, $"it should end at {EndOf(blob):N0}, but the pack has {_size:N0} bytes");
            }
        }

        if (!isContinuous)
        {
            Report(CheckProblemKind.PackHeaderDiffers, $"In pack {_pack} the index leaves gaps between blobs, or lets them overlap.");
        }

        return readable;
    }

    private async Task<(Digest Hash, List<PackedBlob>? Header)> ReadFileAsync(
        List<PackedBlob> blobs, CancellationToken cancellationToken)
    {
        var file = new FileHandle(FileKind.Pack, _pack.Hash);
        long tailStart = blobs.Count == 0 ? 0 : EndOf(blobs[^1]); // of the last, which is the header
        long tailLength = _size - tailStart;
        bool keepsTail = tailLength is > 0 and <= BlockLength;
        using PooledBuffer buffer = PooledBuffer.Rent(BufferLengthFor(blobs));
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        BlobDecoder decoder = repository.RentDecoder();
        try
        {
            long start = 0; // of the buffer in the file
            int filled = 0;
            int next = 0;
            while (start + filled < _size)
            {
                int length = (int)Math.Min(buffer.Length - filled, _size - start - filled);
                await repository.Backend.LoadRangeAsync(file, start + filled, buffer.Memory.Slice(filled, length), cancellationToken)
                    .ConfigureAwait(false);
                hash.AppendData(buffer.Span.Slice(filled, length));
                filled += length;
                bytesRead(length);
                next = DecodeBlobs(blobs, next, decoder, buffer.Span[..filled], start, cancellationToken);

                // What is left: the beginning of a blob, or of the header.
                long keepFrom = next < blobs.Count ? blobs[next].Offset : keepsTail ? tailStart : start + filled;
                int keep = (int)Math.Clamp(start + filled - keepFrom, 0, filled);
                buffer.Span[(filled - keep)..filled].CopyTo(buffer.Span);
                start += filled - keep;
                filled = keep;
            }

            List<PackedBlob>? header = keepsTail && filled == tailLength && HasOneHeader(buffer.Span[..filled])
                ? TryDecodeHeader(buffer.Span[..(filled - PackHeader.LengthFieldLength)])
                : await TryReadHeaderAsync(cancellationToken).ConfigureAwait(false);
            Span<byte> digest = stackalloc byte[Digest.Length];
            hash.GetHashAndReset(digest);
            return (new Digest(digest), header);
        }
        finally
        {
            repository.Return(decoder);
        }
    }

    private static long EndOf(in PackedBlob blob) => (long)blob.Offset + blob.Length;

    /// <summary>Whether the end of a pack is a header of the length that its last bytes say.</summary>
    private static bool HasOneHeader(ReadOnlySpan<byte> tail) =>
        tail.Length > PackHeader.LengthFieldLength + PackedBlob.SealedOverhead
        && BinaryPrimitives.ReadUInt32LittleEndian(tail[^PackHeader.LengthFieldLength..]) == tail.Length - PackHeader.LengthFieldLength;

    /// <summary>More than the largest blob, so that there is always room to read on; all of them lie within the file.</summary>
    private int BufferLengthFor(List<PackedBlob> blobs)
    {
        long largest = blobs.Count == 0 ? 0 : blobs.Max(blob => (long)blob.Length);
        int block = repository.IsDistant ? Math.Max(BlockLength, DistantLength / repository.Parallelism) : BlockLength;
        return (int)Math.Clamp(Math.Max(largest + 1, block), 1, Math.Clamp(_size, 1, Array.MaxLength));
    }

    /// <returns>The first blob that ends behind the buffer.</returns>
    private int DecodeBlobs(
        List<PackedBlob> blobs, int next, BlobDecoder decoder, ReadOnlySpan<byte> bytes, long start, CancellationToken cancellationToken)
    {
        for (; next < blobs.Count; next++)
        {
            PackedBlob blob = blobs[next];
            if (EndOf(blob) > start + bytes.Length)
            {
                break;
            }

            cancellationToken.ThrowIfCancellationRequested();
            if (blob.Offset < start)
            {
                ReportBlob(blob, "in the index it overlaps with another one");
                continue;
            }

            try
            {
                decoder.Decode(_pack, blob, bytes.Slice((int)(blob.Offset - start), (int)blob.Length)).Dispose();
            }
            catch (RepositoryDamagedException exception)
            {
                _problems.Add(Problem(CheckProblemKind.BlobDamaged, exception.Message) with { Blob = blob.Id, BlobType = blob.Type });
            }
        }

        return next;
    }

    private List<PackedBlob>? TryDecodeHeader(ReadOnlySpan<byte> sealedHeader)
    {
        try
        {
            return new PackReader(repository).DecodeHeader(_pack, sealedHeader, _size);
        }
        catch (RepositoryDamagedException exception)
        {
            Report(CheckProblemKind.PackHeaderUnreadable, exception.Message);
            return null;
        }
    }

    private async Task<List<PackedBlob>?> TryReadHeaderAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await new PackReader(repository).ReadHeaderAsync(_pack, _size, cancellationToken).ConfigureAwait(false);
        }
        catch (RepositoryDamagedException exception)
        {
            Report(CheckProblemKind.PackHeaderUnreadable, exception.Message);
            return null;
        }
    }

    private void CompareHeader(List<PackedBlob> header, List<PackedBlob> blobs)
    {
        if (header.Count == blobs.Count && header.SequenceEqual(blobs))
        {
            return;
        }

        int onlyHeader = header.Except(blobs).Count();
        int onlyIndex = blobs.Except(header).Count();
        Report(CheckProblemKind.PackHeaderDiffers,
            $"Pack {_pack} has {onlyHeader:N0} blobs in its header that the index does not have there, and the index {onlyIndex:N0} that the header has not.");
    }

    private void ReportBlob(in PackedBlob blob, string what) => _problems.Add(
        Problem(CheckProblemKind.BlobDamaged, $"The blob {blob.Id} in pack {_pack} at offset {blob.Offset:N0} can't be read: {what}.") with
        {
            Blob = blob.Id,
            BlobType = blob.Type,
        });

    private void Report(CheckProblemKind kind, string message) => _problems.Add(Problem(kind, message));

    private CheckProblem Problem(CheckProblemKind kind, string message) => new()
    {
        Kind = kind,
        Severity = CheckSeverity.Error,
        File = new FileHandle(FileKind.Pack, _pack.Hash),
        Message = message,
    };
}
