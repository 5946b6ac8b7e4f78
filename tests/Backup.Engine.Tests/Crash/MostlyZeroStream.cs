namespace Backup.Engine.Tests.Crash;

/// <summary>A stream of any length that costs nothing: zeros, with 64 KiB of random bytes in each 16 MiB.</summary>
internal sealed class MostlyZeroStream : Stream
{
    private const int Period = 16 * 1024 * 1024;
    private const int Island = 64 * 1024;

    private readonly Random _random = new(1);
    private readonly long _length;
    private long _position;

    public MostlyZeroStream(long length) => _length = length;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        int inPeriod = (int)(_position % Period);
        int untilNext = inPeriod < Island ? Island - inPeriod : Period - inPeriod;
        Span<byte> part = buffer[..(int)Math.Min(Math.Min(buffer.Length, untilNext), _length - _position)];
        if (inPeriod < Island)
        {
            _random.NextBytes(part);
        }
        else
        {
            part.Clear();
        }

        _position += part.Length;
        return part.Length;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
