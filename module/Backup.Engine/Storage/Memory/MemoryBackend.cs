using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace Backup.Engine.Storage.Memory;

/// <summary>Keeps a repository's files in memory: for tests and for what is thrown away. Disposing it forgets nothing.</summary>
internal sealed class MemoryBackend : IBackend
{
    private readonly ConcurrentDictionary<FileHandle, byte[]> _files = new();

    /// <inheritdoc/>
    public string Location => "mem:";

    /// <inheritdoc/>
    public int Connections => 2;

    /// <inheritdoc/>
    public bool ListsAtOnce => true;

    /// <inheritdoc/>
    public Task CreateAsync(CancellationToken cancellationToken) =>
        cancellationToken.IsCancellationRequested ? Task.FromCanceled(cancellationToken) : Task.CompletedTask;

    /// <inheritdoc/>
    public Task SaveAsync(FileHandle file, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        BackendTask.Run(
            () =>
            {
                if (!_files.TryAdd(KeyOf(file), content.ToArray()))
                {
                    throw BackendErrors.Exists(file, Location);
                }
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task ReplaceAsync(FileHandle file, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        BackendTask.Run(() => { _files[KeyOf(file)] = content.ToArray(); }, cancellationToken);

    /// <inheritdoc/>
    public Task<byte[]> LoadAsync(FileHandle file, int maxLength, CancellationToken cancellationToken) =>
        BackendTask.Run(
            () =>
            {
                byte[] content = Find(file);
                BackendErrors.ThrowIfLonger(file, content.Length, maxLength);
                return (byte[])content.Clone();
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task LoadRangeAsync(FileHandle file, long offset, Memory<byte> destination, CancellationToken cancellationToken) =>
        BackendTask.Run(
            () =>
            {
                ArgumentOutOfRangeException.ThrowIfNegative(offset);
                byte[] content = Find(file);
                BackendErrors.ThrowIfRangeOutside(file, content.Length, offset, destination.Length);
                content.AsSpan((int)offset, destination.Length).CopyTo(destination.Span);
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<long> GetSizeAsync(FileHandle file, CancellationToken cancellationToken) =>
        BackendTask.Run(() => (long)Find(file).Length, cancellationToken);

    /// <inheritdoc/>
    public async IAsyncEnumerable<BackendFile> ListAsync(
        FileKind kind,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        foreach ((FileHandle file, byte[] content) in _files)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (file.Kind == kind)
            {
                yield return new BackendFile(file, content.Length);
            }
        }
    }

    /// <inheritdoc/>
    public Task DeleteAsync(FileHandle file, CancellationToken cancellationToken) =>
        BackendTask.Run(() => { _files.TryRemove(KeyOf(file), out _); }, cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>There is one config file, whatever name it was asked for by.</summary>
    private static FileHandle KeyOf(FileHandle file) => file.Kind == FileKind.Config ? FileHandle.Config : file;

    private byte[] Find(FileHandle file) =>
        _files.TryGetValue(KeyOf(file), out byte[]? content) ? content : throw BackendErrors.NotFound(file, Location);
}
