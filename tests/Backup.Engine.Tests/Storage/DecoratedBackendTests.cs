using Backup.Engine.Storage;
using Backup.Engine.Storage.Memory;

namespace Backup.Engine.Tests.Storage;

/// <summary>All decorators in a row are as good a backend as the one behind them.</summary>
public sealed class DecoratedBackendTests : BackendContract
{
    private const long Much = 1L << 50;

    private readonly TimeProvider _time = TimeProvider.System;

    [Fact]
    public async Task Calls_and_bytes_are_counted()
    {
        var backend = (BackendDecorator)Backend;
        (FileHandle file, byte[] content) = NewFile(FileKind.Pack, 100);

        await backend.SaveAsync(file, content, CancellationToken.None);
        await backend.LoadAsync(file, 100, CancellationToken.None);
        await backend.LoadRangeAsync(file, 10, new byte[20], CancellationToken.None);
        await backend.GetSizeAsync(file, CancellationToken.None);
        await ListAsync(FileKind.Pack);
        await backend.DeleteAsync(file, CancellationToken.None);
        await Assert.ThrowsAsync<BackendFileNotFoundException>(() => backend.LoadAsync(file, 100, CancellationToken.None));

        var expected = new BackendTraffic
        {
            Saves = 1,
            BytesSaved = 100,
            Reads = 3,
            BytesRead = 120,
            Looks = 1,
            Listings = 1,
            Removals = 1,
        };
        Assert.Equal(expected, backend.Traffic);
    }

    protected override IBackend Open() => new RetryingBackend(
        new QueueingBackend(new PacedBackend(
            new CountingBackend(new MemoryBackend()), new Bandwidth(Much, _time), new Bandwidth(Much, _time))),
        _time,
        warn: null);
}
