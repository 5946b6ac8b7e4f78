namespace Backup.Engine.Storage;

/// <summary>
/// Reads packs with trees from a distant repository in large blocks and keeps some in memory: trees are small, those that are
/// wanted one after the other lie close together, and each would cost a round trip.
/// </summary>
/// <remarks>
/// A block is read once. If it had to make room and is wanted again, only what is wanted is read: who jumps about in a huge
/// repository must not read it many times over.
/// </remarks>
internal sealed class TreeReadAhead(IBackend inner) : BackendDecorator(inner)
{
    private const int BlockLength = 512 * 1024;

    /// <summary>Together 32 MiB.</summary>
    private const int MaxBlocks = 64;

    private readonly Lock _gate = new();
    private readonly Dictionary<Digest, long> _lengths = [];
    private readonly Dictionary<(Digest Pack, long Number), LinkedListNode<Block>?> _blocks = []; // null: it had to make room
    private readonly LinkedList<Block> _kept = new(); // the one that was wanted last at the end

    /// <summary>Where the last tree of a pack ends, as far as that is known; 0 for a pack without trees.</summary>
    public Func<Digest, long> EndOfTrees { get; set; } = _ => 0;

    /// <summary>Lets go of everything: other packs will be wanted.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _lengths.Clear();
            _blocks.Clear();
            _kept.Clear();
        }
    }

    /// <summary>Lets go of what is kept of a part of a pack: it was damaged.</summary>
    public void Drop(Digest pack, long offset, long length)
    {
        for (long number = offset / BlockLength; number <= (offset + length - 1) / BlockLength; number++)
        {
            Drop(pack, number);
        }
    }

    /// <inheritdoc/>
    public override async Task LoadRangeAsync(
        FileHandle file, long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        if (!await TryCopyAsync(file, offset, destination, cancellationToken).ConfigureAwait(false))
        {
            await Inner.LoadRangeAsync(file, offset, destination, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<bool> TryCopyAsync(FileHandle file, long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        if (file.Kind != FileKind.Pack || destination.Length is 0 or > BlockLength || offset < 0)
        {
            return false;
        }

        long number = offset / BlockLength;
        long lastNumber = (offset + destination.Length - 1) / BlockLength;
        if (Take(file, number, offset + destination.Length, cancellationToken) is not { } block)
        {
            return false;
        }

        Task<byte[]>? next = null;
        if (lastNumber > number && (next = Take(file, lastNumber, offset + destination.Length, cancellationToken)) is null)
        {
            return false;
        }

        try
        {
            int start = (int)(offset % BlockLength);
            byte[] bytes = await block.WaitAsync(cancellationToken).ConfigureAwait(false);
            int length = Math.Min(bytes.Length - start, destination.Length);
            bytes.AsSpan(start, length).CopyTo(destination.Span);
            if (next is not null)
            {
                bytes = await next.WaitAsync(cancellationToken).ConfigureAwait(false);
                bytes.AsSpan(0, destination.Length - length).CopyTo(destination.Span[length..]);
            }

            return true;
        }
        catch (RepositoryDamagedException)
        {
            return false; // the pack is shorter than it should be: what is wanted may be there all the same
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false; // who began to read the block has given up, we have not
        }
    }

    /// <returns>Null if the block is not to be read, or not again.</returns>
    private Task<byte[]>? Take(FileHandle pack, long number, long end, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (!_lengths.TryGetValue(pack.Name, out long length))
            {
                _lengths.Add(pack.Name, length = EndOfTrees(pack.Name));
            }

            if (end > length)
            {
                return null;
            }

            if (!_blocks.TryGetValue((pack.Name, number), out LinkedListNode<Block>? node))
            {
                MakeRoom();
                long start = number * BlockLength;
                var bytes = Task.Run(
                    () => FetchAsync(pack, number, (int)Math.Min(BlockLength, length - start), cancellationToken), CancellationToken.None);
                node = _kept.AddLast(new Block(pack.Name, number, bytes));
                _blocks.Add((pack.Name, number), node);
            }
            else if (node is not null)
            {
                _kept.Remove(node);
                _kept.AddLast(node);
            }

            return node?.Value.Bytes;
        }
    }

    private void MakeRoom()
    {
        if (_kept.Count == MaxBlocks && _kept.First is { } oldest)
        {
            _kept.RemoveFirst();
            _blocks[(oldest.Value.Pack, oldest.Value.Number)] = null;
        }
    }

    private async Task<byte[]> FetchAsync(FileHandle pack, long number, int length, CancellationToken cancellationToken)
    {
        try
        {
            byte[] bytes = GC.AllocateUninitializedArray<byte>(length);
            await Inner.LoadRangeAsync(pack, number * BlockLength, bytes, cancellationToken).ConfigureAwait(false);
            return bytes;
        }
        catch
        {
            Drop(pack.Name, number); // the next one who wants it tries again
            throw;
        }
    }

    private void Drop(Digest pack, long number)
    {
        lock (_gate)
        {
            if (_blocks.TryGetValue((pack, number), out LinkedListNode<Block>? node) && node is not null)
            {
                _blocks.Remove((pack, number));
                _kept.Remove(node);
            }
        }
    }

    private sealed record Block(Digest Pack, long Number, Task<byte[]> Bytes);
}
