namespace Backup.Engine.Storage;

/// <summary>A connection that keeps to limits of bytes per second, piece by piece. It owns the stream below.</summary>
internal sealed class PacedStream(Stream inner, Bandwidth? upload, Bandwidth? download) : ConnectionStream
{
    /// <summary>The stream, behind limits if there are any.</summary>
    public static Stream Of(Stream stream, Bandwidth? upload, Bandwidth? download) =>
        upload is null && download is null ? stream : new PacedStream(stream, upload, download);

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (download is null)
        {
            return await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }

        // What waits unread in the buffers of the system holds up the sender.
        int read = await inner.ReadAsync(buffer[..Math.Min(buffer.Length, download.PieceInBytes)], cancellationToken).ConfigureAwait(false);
        await download.TakeAsync(read, cancellationToken).ConfigureAwait(false);
        return read;
    }

    /// <inheritdoc/>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (upload is not null && !buffer.IsEmpty)
        {
            int length = Math.Min(buffer.Length, upload.PieceInBytes);
            await upload.TakeAsync(length, cancellationToken).ConfigureAwait(false);
            await inner.WriteAsync(buffer[..length], cancellationToken).ConfigureAwait(false);
            buffer = buffer[length..];
        }

        if (upload is null)
        {
            await inner.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    /// <inheritdoc/>
    public override void Flush() => inner.Flush();

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
