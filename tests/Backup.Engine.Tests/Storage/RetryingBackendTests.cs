using Backup.Engine.Storage;
using Backup.Engine.Storage.Memory;

namespace Backup.Engine.Tests.Storage;

public sealed class RetryingBackendTests : IAsyncDisposable
{
    private static readonly byte[] Content = "the content of a file"u8.ToArray();
    private static readonly FileHandle File = new(FileKind.Pack, Digest.Of(Content));
    private static readonly FileHandle Other = new(FileKind.Pack, Digest.Of("another"u8));

    private readonly FakeTime _time = new();
    private readonly MemoryBackend _memory = new();
    private readonly List<string> _warnings = [];

    public ValueTask DisposeAsync() => _memory.DisposeAsync();

    [Fact]
    public async Task A_failure_that_can_pass_is_tried_again()
    {
        FaultyBackend faulty = FaultyBackend.FailsBefore(_memory, 1, Transient);
        await using RetryingBackend backend = New(faulty);

        await _time.RunAsync(backend.SaveAsync(File, Content, CancellationToken.None));

        Assert.Equal(Content, await _memory.LoadAsync(File, 100, CancellationToken.None));
        Assert.Equal(1, backend.Traffic.Retries);
        string warning = Assert.Single(_warnings);
        Assert.Contains("down", warning, StringComparison.Ordinal);
        Assert.Contains("Trying again in", warning, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("full")]
    [InlineData("denied")]
    [InlineData("permanent")]
    [InlineData("damaged")]
    public async Task What_cannot_pass_is_not_tried_again(string kind)
    {
        FaultyBackend faulty = FaultyBackend.FailsBefore(_memory, 1, _ => kind switch
        {
            "full" => new StorageFullException("full"),
            "denied" => new BackendAccessDeniedException("denied"),
            "damaged" => new RepositoryDamagedException("damaged"),
            _ => new BackendException("permanent", isTransient: false),
        });
        await using RetryingBackend backend = New(faulty);

        BackupException error = await Assert.ThrowsAnyAsync<BackupException>(
            () => backend.SaveAsync(File, Content, CancellationToken.None));

        Assert.Equal(kind, error.Message);
        Assert.Equal(1, faulty.CallCount);
        Assert.Empty(_warnings);
    }

    [Fact]
    public async Task A_save_whose_answer_was_lost_is_not_saved_twice()
    {
        FaultyBackend faulty = FaultyBackend.FailsAfter(_memory, 1, Transient);
        await using RetryingBackend backend = New(faulty);

        await _time.RunAsync(backend.SaveAsync(File, Content, CancellationToken.None));

        Assert.Equal(1, faulty.Calls.Count(call => call.Operation == BackendOperation.Save));
        Assert.Equal(Content, await _memory.LoadAsync(File, 100, CancellationToken.None));
    }

    [Fact]
    public async Task A_lost_answer_about_the_config_file_is_resolved_too()
    {
        FaultyBackend faulty = FaultyBackend.FailsAfter(_memory, 1, Transient);
        await using RetryingBackend backend = New(faulty);

        await _time.RunAsync(backend.SaveAsync(FileHandle.Config, Content, CancellationToken.None));

        Assert.Equal(Content, await _memory.LoadAsync(FileHandle.Config, 100, CancellationToken.None));
    }

    [Fact]
    public async Task A_request_that_was_sent_twice_on_the_way_has_succeeded()
    {
        await _memory.SaveAsync(File, Content, CancellationToken.None);
        await using RetryingBackend backend = New(_memory);

        await backend.SaveAsync(File, Content, CancellationToken.None);

        Assert.Empty(_warnings);
    }

    [Fact]
    public async Task Another_s_file_of_the_same_name_is_refused_also_after_a_failure()
    {
        await _memory.SaveAsync(Other, Content, CancellationToken.None);
        FaultyBackend faulty = FaultyBackend.FailsBefore(_memory, 1, Transient);
        await using RetryingBackend backend = New(faulty);

        await Assert.ThrowsAsync<BackendFileExistsException>(
            () => _time.RunAsync(backend.SaveAsync(Other, "something else"u8.ToArray(), CancellationToken.None)));

        Assert.Equal(Content, await _memory.LoadAsync(Other, 100, CancellationToken.None));
    }

    [Fact]
    public async Task Another_s_config_file_is_never_removed()
    {
        await _memory.SaveAsync(FileHandle.Config, Content, CancellationToken.None);
        FaultyBackend faulty = FaultyBackend.FailsBefore(_memory, 1, Transient);
        await using RetryingBackend backend = New(faulty);

        await Assert.ThrowsAsync<BackendFileExistsException>(
            () => _time.RunAsync(backend.SaveAsync(FileHandle.Config, "mine"u8.ToArray(), CancellationToken.None)));

        Assert.Equal(Content, await _memory.LoadAsync(FileHandle.Config, 100, CancellationToken.None));
    }

    [Fact]
    public async Task What_a_broken_upload_left_is_replaced()
    {
        await using RetryingBackend backend = New(new TearingBackend(_memory));

        await _time.RunAsync(backend.SaveAsync(File, Content, CancellationToken.None));

        Assert.Equal(Content, await _memory.LoadAsync(File, 100, CancellationToken.None));
    }

    [Fact]
    public async Task Waits_grow_and_the_budget_ends_them()
    {
        await _memory.SaveAsync(File, Content, CancellationToken.None);
        FaultyBackend faulty = FaultyBackend.StopsAfter(_memory, 2, Transient);
        await using RetryingBackend backend = New(faulty);
        await backend.GetSizeAsync(File, CancellationToken.None); // it has answered once
        DateTimeOffset start = _time.GetUtcNow();

        BackendException error = await Assert.ThrowsAsync<BackendException>(
            () => _time.RunAsync(backend.LoadAsync(File, 100, CancellationToken.None)));

        Assert.InRange(_time.GetUtcNow() - start, TimeSpan.FromMinutes(12), TimeSpan.FromMinutes(15));
        Assert.InRange(faulty.CallCount, 12, 40);
        Assert.Contains("down", error.Message, StringComparison.Ordinal);
        Assert.Contains("Given up", error.Message, StringComparison.Ordinal);
        Assert.True(error.IsTransient);
    }

    [Fact]
    public async Task Who_never_answered_is_given_up_soon()
    {
        await using RetryingBackend backend = New(FaultyBackend.StopsAfter(_memory, 1, Transient));
        DateTimeOffset start = _time.GetUtcNow();

        await Assert.ThrowsAsync<BackendException>(() => _time.RunAsync(backend.GetSizeAsync(File, CancellationToken.None)));

        Assert.InRange(_time.GetUtcNow() - start, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_an_answer_too()
    {
        FaultyBackend faulty = FaultyBackend.StopsAfter(_memory, 2, Transient);
        await using RetryingBackend backend = New(faulty);
        await Assert.ThrowsAsync<BackendFileNotFoundException>(() => backend.GetSizeAsync(File, CancellationToken.None));
        DateTimeOffset start = _time.GetUtcNow();

        await Assert.ThrowsAsync<BackendException>(() => _time.RunAsync(backend.GetSizeAsync(File, CancellationToken.None)));

        Assert.True(_time.GetUtcNow() - start > TimeSpan.FromMinutes(10));
    }

    [Theory]
    [InlineData(100)]
    [InlineData(500)]
    public async Task The_other_side_s_wish_to_wait_is_respected(int seconds)
    {
        var wish = TimeSpan.FromSeconds(seconds);
        FaultyBackend faulty = FaultyBackend.FailsBefore(
            _memory, 1, _ => new BackendException("busy", isTransient: true) { RetryAfter = wish });
        await using RetryingBackend backend = New(faulty);
        DateTimeOffset start = _time.GetUtcNow();

        await _time.RunAsync(backend.SaveAsync(File, Content, CancellationToken.None));

        Assert.Equal(wish, _time.GetUtcNow() - start);
    }

    [Fact]
    public async Task A_wish_longer_than_the_budget_ends_it_at_once()
    {
        FaultyBackend faulty = FaultyBackend.FailsBefore(
            _memory, 1, _ => new BackendException("busy", isTransient: true) { RetryAfter = TimeSpan.FromHours(1) });
        await using RetryingBackend backend = New(faulty);

        BackendException error = await Assert.ThrowsAsync<BackendException>(
            () => backend.SaveAsync(File, Content, CancellationToken.None));

        Assert.Equal(TimeSpan.FromHours(1), error.RetryAfter);
        Assert.Equal(1, faulty.CallCount);
    }

    [Fact]
    public async Task A_listing_that_broke_off_is_given_once()
    {
        await _memory.SaveAsync(File, Content, CancellationToken.None);
        FaultyBackend faulty = FaultyBackend.FailsAfter(_memory, 1, Transient);
        await using RetryingBackend backend = New(faulty);

        List<BackendFile> files = await _time.RunAsync(backend.ListAsync(FileKind.Pack, CancellationToken.None).ToListAsync().AsTask());

        Assert.Equal([new BackendFile(File, Content.Length)], files);
    }

    [Fact]
    public async Task Cancelling_ends_the_wait()
    {
        using var cancellation = new CancellationTokenSource();
        await using RetryingBackend backend = New(FaultyBackend.StopsAfter(_memory, 1, Transient));
        Task<long> waiting = backend.GetSizeAsync(File, cancellation.Token);
        await _time.WhenTimersRunAsync(1);

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    private static BackendException Transient(BackendCall call) => new("The server is down.", isTransient: true);

    private RetryingBackend New(IBackend inner) => new(inner, _time, _warnings.Add);

    /// <summary>The first save leaves half of the file and fails.</summary>
    private sealed class TearingBackend(IBackend inner) : DelegatingBackend(inner)
    {
        private bool _hasTorn;

        public override async Task SaveAsync(FileHandle file, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
        {
            if (!_hasTorn)
            {
                _hasTorn = true;
                await base.SaveAsync(file, content[..(content.Length / 2)], cancellationToken);
                throw new BackendException("torn", isTransient: true);
            }

            await base.SaveAsync(file, content, cancellationToken);
        }
    }
}
