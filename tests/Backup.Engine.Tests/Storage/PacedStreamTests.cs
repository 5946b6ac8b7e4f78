using Backup.Engine.Storage;

namespace Backup.Engine.Tests.Storage;

public sealed class PacedStreamTests
{
    private readonly FakeTime _time = new();

    [Theory]
    [InlineData(1, 10_000)]
    [InlineData(3, 10_000)]
    [InlineData(1, 1_000_000)]
    public async Task Writing_takes_the_time_that_the_limit_says(int writes, int size)
    {
        using var below = new MemoryStream();
        await using var stream = new PacedStream(below, new Bandwidth(10_000, _time), download: null);
        byte[] content = new byte[size];
        Random.Shared.NextBytes(content);
        DateTimeOffset start = _time.GetUtcNow();

        for (int i = 0; i < writes; i++)
        {
            await _time.RunAsync(stream.WriteAsync(content).AsTask());
        }

        Assert.Equal((double)writes * size / 10_000, (_time.GetUtcNow() - start).TotalSeconds, precision: 2);
        Assert.Equal(content, below.ToArray()[^size..]);
    }

    [Fact]
    public async Task Reading_takes_the_time_that_the_limit_says()
    {
        byte[] content = new byte[50_000];
        Random.Shared.NextBytes(content);
        await using var stream = new PacedStream(new MemoryStream(content), upload: null, new Bandwidth(10_000, _time));
        byte[] read = new byte[content.Length];
        DateTimeOffset start = _time.GetUtcNow();

        await _time.RunAsync(stream.ReadExactlyAsync(read).AsTask());

        Assert.Equal(5, (_time.GetUtcNow() - start).TotalSeconds, precision: 2);
        Assert.Equal(content, read);
    }

    [Fact]
    public async Task Several_share_one_limit()
    {
        var bandwidth = new Bandwidth(10_000, _time);
        await using var one = new PacedStream(new MemoryStream(), bandwidth, download: null);
        await using var other = new PacedStream(new MemoryStream(), bandwidth, download: null);
        DateTimeOffset start = _time.GetUtcNow();

        await _time.RunAsync(Task.WhenAll(one.WriteAsync(new byte[20_000]).AsTask(), other.WriteAsync(new byte[20_000]).AsTask()));

        Assert.Equal(4, (_time.GetUtcNow() - start).TotalSeconds, precision: 2);
    }

    [Fact]
    public async Task Time_in_which_nothing_was_sent_is_not_saved_up()
    {
        await using var stream = new PacedStream(new MemoryStream(), new Bandwidth(10_000, _time), download: null);
        _time.Advance(TimeSpan.FromHours(1));
        DateTimeOffset start = _time.GetUtcNow();

        await _time.RunAsync(stream.WriteAsync(new byte[20_000]).AsTask());

        Assert.Equal(2, (_time.GetUtcNow() - start).TotalSeconds, precision: 2);
    }

    [Fact]
    public async Task Without_limits_the_stream_itself_is_used()
    {
        await using var below = new MemoryStream();

        Assert.Same(below, PacedStream.Of(below, null, null));
    }
}
