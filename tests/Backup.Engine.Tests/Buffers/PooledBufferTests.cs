using Backup.Engine.Buffers;

namespace Backup.Engine.Tests.Buffers;

public sealed class PooledBufferTests
{
    [Fact]
    public void Truncating_keeps_the_first_bytes() => PropertyCheck.Holds(random =>
    {
        using PooledBuffer buffer = PooledBuffer.Rent(random.Next(1, 10_000));
        random.NextBytes(buffer.Span);
        byte[] expected = buffer.Span[..random.Next(buffer.Length + 1)].ToArray();

        buffer.Truncate(expected.Length);

        Assert.Equal(expected, buffer.Span.ToArray());
    });

    [Fact]
    public void A_buffer_that_was_given_back_is_not_used_again()
    {
        PooledBuffer buffer = PooledBuffer.Rent(16);

        buffer.Dispose();
        buffer.Dispose();

        Assert.Throws<ObjectDisposedException>(() => buffer.Span.Length);
    }
}
