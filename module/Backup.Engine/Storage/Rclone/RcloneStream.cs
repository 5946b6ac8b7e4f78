namespace Backup.Engine.Storage.Rclone;

/// <summary>The pipes to and from rclone as one connection. Says why when rclone ends.</summary>
internal sealed class RcloneStream(RcloneProcess process, Action answered, Func<bool> hasAnswered) : ConnectionStream
{
    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty)
        {
            return 0; // asks whether there is something to read: a pipe can't tell
        }

        int read = await process.Output.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        if (read == 0)
        {
            throw await process.WhyEndedAsync(hasAnswered()).ConfigureAwait(false);
        }

        answered();
        return read;
    }

    /// <inheritdoc/>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            await process.Input.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException)
        {
            throw await process.WhyEndedAsync(hasAnswered()).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken) => process.Input.FlushAsync(cancellationToken);

    /// <inheritdoc/>
    public override void Flush() => process.Input.Flush();

    /// <summary>Ends rclone's input, upon which it goes; who started it waits for that.</summary>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            process.Hangup();
        }

        base.Dispose(disposing);
    }
}
