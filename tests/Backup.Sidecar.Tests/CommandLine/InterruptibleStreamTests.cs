using Backup.Sidecar.CommandLine;

namespace Backup.Sidecar.Tests.CommandLine;

public sealed class InterruptibleStreamTests
{
    [Fact]
    public void All_bytes_come_through_in_order() => PropertyCheck.Holds(20, random =>
    {
        byte[] expected = new byte[random.Next(0, 5_000_000)];
        random.NextBytes(expected);
        using var source = new MemoryStream(expected);
        using var stream = new InterruptibleStream(source, CancellationToken.None);
        using var actual = new MemoryStream();

        stream.CopyTo(actual, random.Next(1, 1_000_000));

        Assert.Equal(expected, actual.ToArray());
        Assert.Equal(0, stream.Read(new byte[1]));
    });

    [Fact]
    public async Task Waiting_for_bytes_that_do_not_come_can_be_ended()
    {
        using var source = new StalledStream();
        using var cancellation = new CancellationTokenSource();
        await using var stream = new InterruptibleStream(source, cancellation.Token);

        Assert.Equal(7, stream.ReadByte());
        Task<int> reading = Task.Run(() => stream.ReadByte());
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
    }

    [Fact]
    public void An_error_reaches_who_reads()
    {
        using var stream = new InterruptibleStream(new BrokenStream(), CancellationToken.None);

        var error = Assert.Throws<IOException>(() => stream.ReadByte());

        Assert.Equal("the cable is out", error.Message);
    }

    private sealed class BrokenStream : MemoryStream
    {
        public override int Read(Span<byte> buffer) => throw new IOException("the cable is out");
    }

    /// <summary>One byte, and no more until it is disposed.</summary>
    private sealed class StalledStream : MemoryStream
    {
        private readonly SemaphoreSlim _more = new(1);

        public override int Read(Span<byte> buffer)
        {
            _more.Wait();
            buffer[0] = 7;
            return 1;
        }

        protected override void Dispose(bool disposing)
        {
            _more.Release();
            base.Dispose(disposing);
        }
    }
}
