namespace Backup.Engine.Storage;

/// <summary>Counts the calls and the bytes that go through it.</summary>
internal sealed class CountingBackend(IBackend inner) : BackendDecorator(inner)
{
    private long _saves;
    private long _reads;
    private long _looks;
    private long _listings;
    private long _removals;
    private long _bytesSaved;
    private long _bytesRead;

    /// <inheritdoc/>
    public override BackendTraffic Traffic => new()
    {
        Saves = Interlocked.Read(ref _saves),
        Reads = Interlocked.Read(ref _reads),
        Looks = Interlocked.Read(ref _looks),
        Listings = Interlocked.Read(ref _listings),
        Removals = Interlocked.Read(ref _removals),
        BytesSaved = Interlocked.Read(ref _bytesSaved),
        BytesRead = Interlocked.Read(ref _bytesRead),
    };

    /// <inheritdoc/>
    public override async Task SaveAsync(FileHandle file, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _saves);
        await Inner.SaveAsync(file, content, cancellationToken).ConfigureAwait(false);
        Interlocked.Add(ref _bytesSaved, content.Length);
    }

    /// <inheritdoc/>
    public override async Task<byte[]> LoadAsync(FileHandle file, int maxLength, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _reads);
        byte[] content = await Inner.LoadAsync(file, maxLength, cancellationToken).ConfigureAwait(false);
        Interlocked.Add(ref _bytesRead, content.Length);
        return content;
    }

    /// <inheritdoc/>
    public override async Task LoadRangeAsync(
        FileHandle file, long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _reads);
        await Inner.LoadRangeAsync(file, offset, destination, cancellationToken).ConfigureAwait(false);
        Interlocked.Add(ref _bytesRead, destination.Length);
    }

    /// <inheritdoc/>
    public override Task<long> GetSizeAsync(FileHandle file, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _looks);
        return Inner.GetSizeAsync(file, cancellationToken);
    }

    /// <inheritdoc/>
    public override IAsyncEnumerable<BackendFile> ListAsync(FileKind kind, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _listings);
        return Inner.ListAsync(kind, cancellationToken);
    }

    /// <inheritdoc/>
    public override Task DeleteAsync(FileHandle file, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _removals);
        return Inner.DeleteAsync(file, cancellationToken);
    }
}
