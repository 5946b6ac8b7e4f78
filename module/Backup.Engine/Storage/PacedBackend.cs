namespace Backup.Engine.Storage;

/// <summary>
/// Keeps to limits of bytes per second on the average, whole calls at a time: for places whose connection is not ours,
/// such as a mounted network drive. Where it is ours, <see cref="PacedStream"/> does it evenly.
/// </summary>
internal sealed class PacedBackend(IBackend inner, Bandwidth? upload, Bandwidth? download) : BackendDecorator(inner)
{
    /// <inheritdoc/>
    public override async Task SaveAsync(FileHandle file, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        await TakeAsync(upload, content.Length, cancellationToken).ConfigureAwait(false);
        await Inner.SaveAsync(file, content, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override async Task<byte[]> LoadAsync(FileHandle file, int maxLength, CancellationToken cancellationToken)
    {
        byte[] content = await Inner.LoadAsync(file, maxLength, cancellationToken).ConfigureAwait(false);
        await TakeAsync(download, content.Length, cancellationToken).ConfigureAwait(false);
        return content;
    }

    /// <inheritdoc/>
    public override async Task LoadRangeAsync(
        FileHandle file, long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        await TakeAsync(download, destination.Length, cancellationToken).ConfigureAwait(false);
        await Inner.LoadRangeAsync(file, offset, destination, cancellationToken).ConfigureAwait(false);
    }

    private static Task TakeAsync(Bandwidth? bandwidth, int bytes, CancellationToken cancellationToken) =>
        bandwidth?.TakeAsync(bytes, cancellationToken) ?? Task.CompletedTask;
}
