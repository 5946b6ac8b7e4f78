using System.Collections.Concurrent;

namespace Backup.Sidecar.CommandLine;

/// <summary>
/// Reads a stream ahead on a thread of its own, so that whoever waits for its next bytes can be interrupted: the system
/// offers no way to end a read from a terminal or pipe to which nobody writes. That thread may be left behind, waiting.
/// </summary>
internal sealed class InterruptibleStream : Stream
{
    private const int BlockLength = 512 * 1024;
    private const int BlocksAhead = 4; // 2 MiB in all

    private readonly BlockingCollection<(byte[] Bytes, int Length, Exception? Error)> _blocks = new(BlocksAhead);
    private readonly ConcurrentBag<byte[]> _free = [];
    private readonly CancellationToken _cancellationToken;
    private (byte[] Bytes, int Length) _block = ([], 0);
    private int _position;
    private bool _isAtEnd;

    /// <summary>Begins to read.</summary>
    /// <param name="stream">What is read; not closed.</param>
    /// <param name="cancellationToken">Ends waiting.</param>
    public InterruptibleStream(Stream stream, CancellationToken cancellationToken)
    {
        _cancellationToken = cancellationToken;
        new Thread(() => ReadAhead(stream)) { IsBackground = true, Name = "standard input" }.Start();
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        if (_position == _block.Length && !TryTakeBlock())
        {
            return 0;
        }

        int count = Math.Min(buffer.Length, _block.Length - _position);
        _block.Bytes.AsSpan(_position, count).CopyTo(buffer);
        _position += count;
        return count;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private bool TryTakeBlock()
    {
        if (_isAtEnd)
        {
            return false;
        }

        _free.Add(_block.Bytes);
        (byte[] bytes, int length, Exception? error) = _blocks.Take(_cancellationToken);
        _isAtEnd = length == 0;
        (_block, _position) = ((bytes, length), 0);
        return error is null ? !_isAtEnd : throw new IOException(error.Message, error);
    }

    private void ReadAhead(Stream stream)
    {
        int length;
        do
        {
            byte[] bytes = _free.TryTake(out byte[]? used) && used.Length > 0 ? used : new byte[BlockLength];
            Exception? error = null;
            try
            {
                length = stream.Read(bytes);
            }
            catch (Exception exception)
            {
                (length, error) = (0, exception); // thrown where somebody reads
            }

            try
            {
                _blocks.Add((bytes, length, error), _cancellationToken);
            }
            catch (OperationCanceledException)
            {
                return; // nobody reads any more
            }
        }
        while (length > 0);
    }
}
