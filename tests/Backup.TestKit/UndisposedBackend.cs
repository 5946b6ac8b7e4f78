using Backup.Engine;

namespace Backup.TestKit;

/// <summary>Lends a backend to somebody who will dispose it, and keeps it alive.</summary>
internal sealed class UndisposedBackend(IBackend inner) : IBackend
{
    public string Location => inner.Location;

    public int Connections => inner.Connections;

    public Task CreateAsync(CancellationToken cancellationToken) => inner.CreateAsync(cancellationToken);

    public Task SaveAsync(FileHandle file, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        inner.SaveAsync(file, content, cancellationToken);

    public Task<byte[]> LoadAsync(FileHandle file, int maxLength, CancellationToken cancellationToken) =>
        inner.LoadAsync(file, maxLength, cancellationToken);

    public Task LoadRangeAsync(FileHandle file, long offset, Memory<byte> destination, CancellationToken cancellationToken) =>
        inner.LoadRangeAsync(file, offset, destination, cancellationToken);

    public Task<long> GetSizeAsync(FileHandle file, CancellationToken cancellationToken) =>
        inner.GetSizeAsync(file, cancellationToken);

    public IAsyncEnumerable<BackendFile> ListAsync(FileKind kind, CancellationToken cancellationToken) =>
        inner.ListAsync(kind, cancellationToken);

    public Task DeleteAsync(FileHandle file, CancellationToken cancellationToken) => inner.DeleteAsync(file, cancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
