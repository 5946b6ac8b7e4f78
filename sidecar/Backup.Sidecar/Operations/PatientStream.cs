namespace Backup.Sidecar.Operations;

/// <summary>A stream from or to somebody who may stall, and then is given up; so is every wait when the job is to end. The inner stream stays open.</summary>
internal sealed class PatientStream(Stream inner, StallLimit limit) : Stream
{
    private const int BlockLength = 64 * 1024;

    private byte[]? _block;

    public override bool CanRead => inner.CanRead;

    public override bool CanSeek => false;

    public override bool CanWrite => inner.CanWrite;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Reads without a way to be cancelled but the limit's own: the engine reads so, on threads that may be held up.</summary>
    public override int Read(Span<byte> buffer)
    {
        Memory<byte> block = (_block ??= new byte[BlockLength]).AsMemory(0, Math.Min(BlockLength, buffer.Length));
        int read = ReadAsync(block, CancellationToken.None).AsTask().GetAwaiter().GetResult();
        block.Span[..read].CopyTo(buffer);
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken) =>
        await limit.AwaitAsync(token => inner.ReadAsync(buffer, token).AsTask());

    /// <remarks>Whoever made the call that this belongs to hears that it was given up; see <see cref="DumpContent"/>.</remarks>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
    {
        limit.Start();
        await inner.WriteAsync(buffer, cancellationToken);
        limit.Pause();
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
        // What is written is sent at once, or by FlushAsync.
    }

    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        limit.Start();
        await inner.FlushAsync(cancellationToken);
        limit.Pause();
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
