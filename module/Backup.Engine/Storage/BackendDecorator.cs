namespace Backup.Engine.Storage;

/// <summary>Stands before another backend and passes every call on; what decorates overrides what it wants otherwise.</summary>
/// <param name="inner">The other one. It is disposed with this one.</param>
internal abstract class BackendDecorator(IBackend inner) : IBackend
{
    /// <inheritdoc/>
    public string Location => inner.Location;

    /// <inheritdoc/>
    public int Connections => inner.Connections;

    /// <inheritdoc/>
    public bool ListsAtOnce => inner.ListsAtOnce;

    /// <summary>What has gone through, as far as somebody in the row counts it.</summary>
    public virtual BackendTraffic Traffic => inner is BackendDecorator decorated ? decorated.Traffic : default;

    /// <summary>The backend behind this one.</summary>
    protected IBackend Inner => inner;

    /// <summary>This one or the nearest behind it that is of a type; null if none is.</summary>
    public T? Find<T>()
        where T : BackendDecorator => this as T ?? (inner as BackendDecorator)?.Find<T>();

    /// <inheritdoc/>
    public virtual Task CreateAsync(CancellationToken cancellationToken) => inner.CreateAsync(cancellationToken);

    /// <inheritdoc/>
    public virtual Task SaveAsync(FileHandle file, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        inner.SaveAsync(file, content, cancellationToken);

    /// <inheritdoc/>
    public virtual Task ReplaceAsync(FileHandle file, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        inner.ReplaceAsync(file, content, cancellationToken);

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
    public virtual ValueTask DisposeAsync() => inner.DisposeAsync();
}
