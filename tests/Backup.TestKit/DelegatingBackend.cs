using Backup.Engine;

namespace Backup.TestKit;

/// <summary>Passes every call on to another backend: tests override what they want otherwise.</summary>
public class DelegatingBackend(IBackend inner) : IBackend
{
    /// <inheritdoc/>
    public virtual string Location => inner.Location;

    /// <inheritdoc/>
    public virtual int Connections => inner.Connections;

    /// <inheritdoc/>
    public virtual bool ListsAtOnce => inner.ListsAtOnce;

    /// <inheritdoc/>
    public virtual Task CreateAsync(CancellationToken cancellationToken) => inner.CreateAsync(cancellationToken);

    /// <inheritdoc/>
    public virtual Task SaveAsync(FileHandle file, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        inner.SaveAsync(file, content, cancellationToken);

    /// <inheritdoc/>
    public virtual Task<byte[]> LoadAsync(FileHandle file, int maxLength, CancellationToken cancellationToken) =>
        inner.LoadAsync(file, maxLength, cancellationToken);

    /// <inheritdoc/>
    public virtual Task LoadRangeAsync(FileHandle file, long offset, Memory<byte> destination, CancellationToken cancellationToken) =>
        inner.LoadRangeAsync(file, offset, destination, cancellationToken);

    /// <inheritdoc/>
    public virtual Task<long> GetSizeAsync(FileHandle file, CancellationToken cancellationToken) =>
        inner.GetSizeAsync(file, cancellationToken);

    /// <inheritdoc/>
    public virtual IAsyncEnumerable<BackendFile> ListAsync(FileKind kind, CancellationToken cancellationToken) =>
        inner.ListAsync(kind, cancellationToken);

    /// <inheritdoc/>
    public virtual Task DeleteAsync(FileHandle file, CancellationToken cancellationToken) =>
        inner.DeleteAsync(file, cancellationToken);

    /// <inheritdoc/>
    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return inner.DisposeAsync();
    }
}
