using System.Runtime.CompilerServices;

namespace Backup.Engine.Storage;

/// <summary>
/// Lets no more calls through at once than the backend's <see cref="IBackend.Connections"/>; the others wait. Locks need
/// not wait: one that is refreshed late behind large files is lost.
/// </summary>
internal sealed class QueueingBackend(IBackend inner) : BackendDecorator(inner)
{
    private readonly SemaphoreSlim _free = new(Math.Max(1, inner.Connections));

    /// <inheritdoc/>
    public override async Task SaveAsync(FileHandle file, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        using Place _ = await EnterAsync(file.Kind, cancellationToken).ConfigureAwait(false);
        await Inner.SaveAsync(file, content, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override async Task<byte[]> LoadAsync(FileHandle file, int maxLength, CancellationToken cancellationToken)
    {
        using Place _ = await EnterAsync(file.Kind, cancellationToken).ConfigureAwait(false);
        return await Inner.LoadAsync(file, maxLength, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override async Task LoadRangeAsync(
        FileHandle file, long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        using Place _ = await EnterAsync(file.Kind, cancellationToken).ConfigureAwait(false);
        await Inner.LoadRangeAsync(file, offset, destination, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override async Task<long> GetSizeAsync(FileHandle file, CancellationToken cancellationToken)
    {
        using Place _ = await EnterAsync(file.Kind, cancellationToken).ConfigureAwait(false);
        return await Inner.GetSizeAsync(file, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Collected first: who looks at a listing may call us for each of its files, and must not wait for himself.</summary>
    public override async IAsyncEnumerable<BackendFile> ListAsync(
        FileKind kind, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var files = new List<BackendFile>();
        using (await EnterAsync(kind, cancellationToken).ConfigureAwait(false))
        {
            await foreach (BackendFile file in Inner.ListAsync(kind, cancellationToken).ConfigureAwait(false))
            {
                files.Add(file);
            }
        }

        foreach (BackendFile file in files)
        {
            yield return file;
        }
    }

    /// <inheritdoc/>
    public override async Task DeleteAsync(FileHandle file, CancellationToken cancellationToken)
    {
        using Place _ = await EnterAsync(file.Kind, cancellationToken).ConfigureAwait(false);
        await Inner.DeleteAsync(file, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync().ConfigureAwait(false);
        _free.Dispose();
    }

    private async ValueTask<Place> EnterAsync(FileKind kind, CancellationToken cancellationToken)
    {
        if (kind == FileKind.Lock)
        {
            return new Place(null);
        }

        await _free.WaitAsync(cancellationToken).ConfigureAwait(false);
        return new Place(_free);
    }

    private readonly struct Place(SemaphoreSlim? queue) : IDisposable
    {
        public void Dispose() => queue?.Release();
    }
}
