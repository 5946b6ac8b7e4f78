namespace Backup.Engine.Browsing;

/// <summary>Writes the content of one file as it is.</summary>
internal sealed class RawFileWriter(Stream destination) : IArchiveWriter
{
    /// <inheritdoc/>
    public Task<ArchiveItem> BeginAsync(
        string path, Node node, long contentLength, CancellationToken cancellationToken) =>
        Task.FromResult(new ArchiveItem(WantsContent: true));

    /// <inheritdoc/>
    public async Task WriteAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        await destination.WriteAsync(content, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public Task CompleteAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
