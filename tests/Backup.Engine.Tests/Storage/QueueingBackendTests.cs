using Backup.Engine.Storage;
using Backup.Engine.Storage.Memory;

namespace Backup.Engine.Tests.Storage;

public sealed class QueueingBackendTests : IAsyncDisposable
{
    private readonly SlowBackend _slow = new();

    public ValueTask DisposeAsync() => _slow.DisposeAsync();

    [Fact]
    public async Task No_more_calls_go_through_than_there_are_connections()
    {
        await using var backend = new QueueingBackend(_slow);

        Task[] saves = [.. Enumerable.Range(0, 6).Select(i => SaveAsync(backend, FileKind.Pack, i))];
        int atOnce = _slow.Running;
        _slow.Gate.SetResult();
        await Task.WhenAll(saves);

        Assert.Equal(2, atOnce);
        Assert.Equal(6, await backend.ListAsync(FileKind.Pack, CancellationToken.None).CountAsync());
    }

    [Fact]
    public async Task Locks_pass_by()
    {
        await using var backend = new QueueingBackend(_slow);
        Task[] saves = [.. Enumerable.Range(0, 6).Select(i => SaveAsync(backend, FileKind.Pack, i))];

        Task refreshing = SaveAsync(backend, FileKind.Lock, 0);

        Assert.Equal(3, _slow.Running);
        _slow.Gate.SetResult();
        await Task.WhenAll([.. saves, refreshing]);
    }

    [Fact]
    public async Task Who_waits_can_give_up()
    {
        await using var backend = new QueueingBackend(_slow);
        Task[] saves = [.. Enumerable.Range(0, 2).Select(i => SaveAsync(backend, FileKind.Pack, i))];
        using var cancellation = new CancellationTokenSource();
        Task waiting = backend.GetSizeAsync(FileHandle.Config, cancellation.Token);

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        _slow.Gate.SetResult();
        await Task.WhenAll(saves);
    }

    [Fact]
    public async Task Looking_at_a_listing_does_not_keep_out_those_who_look()
    {
        _slow.Gate.SetResult();
        await using var backend = new QueueingBackend(_slow);
        await SaveAsync(backend, FileKind.Pack, 1);
        IAsyncEnumerator<BackendFile>[] listings =
            [.. Enumerable.Range(0, 3).Select(_ => backend.ListAsync(FileKind.Pack, CancellationToken.None).GetAsyncEnumerator())];

        foreach (IAsyncEnumerator<BackendFile> listing in listings)
        {
            Assert.True(await listing.MoveNextAsync());
            Assert.Equal(1, await backend.GetSizeAsync(listing.Current.Handle, CancellationToken.None));
        }

        foreach (IAsyncEnumerator<BackendFile> listing in listings)
        {
            await listing.DisposeAsync();
        }
    }

    private static Task SaveAsync(QueueingBackend backend, FileKind kind, int i) =>
        backend.SaveAsync(new FileHandle(kind, Digest.Of([(byte)i])), new byte[1], CancellationToken.None);

    /// <summary>Saves wait for the gate.</summary>
    private sealed class SlowBackend() : DelegatingBackend(new MemoryBackend())
    {
        private int _running;

        public TaskCompletionSource Gate { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Running => Volatile.Read(ref _running);

        public override async Task SaveAsync(FileHandle file, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _running);
            await Gate.Task;
            await base.SaveAsync(file, content, cancellationToken);
        }
    }
}
