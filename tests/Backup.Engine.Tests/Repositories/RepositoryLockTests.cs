using Backup.Engine.Crypto;
using Backup.Engine.Repositories;
using Backup.Engine.Storage.Memory;

namespace Backup.Engine.Tests.Repositories;

public sealed class RepositoryLockTests : IDisposable
{
    private static readonly LockIdentity Us = new("vm", "me", 4711, 1000, 100);
    private static readonly LockIdentity They = new("other", "they", 4712, 1001, 100);

    private readonly MasterKey _masterKey = MasterKey.Draw();
    private readonly MemoryBackend _backend = new();
    private readonly FakeTime _time = new();
    private readonly List<string> _warnings = [];
    private readonly SealedFiles _files;

    public RepositoryLockTests() => _files = new SealedFiles(_backend, _masterKey);

    [Theory]
    [InlineData(nameof(LockKind.Shared))]
    [InlineData(nameof(LockKind.Pruning))]
    [InlineData(nameof(LockKind.Exclusive))]
    public async Task A_lock_is_a_file_until_it_is_given_back(string name)
    {
        LockKind kind = Enum.Parse<LockKind>(name);
        RepositoryLock held = await LockAsync(Us, kind);

        LockFile file = Assert.Single(await LocksAsync());
        await held.DisposeAsync();
        await held.DisposeAsync();

        Assert.Equal(FileOf(Us, kind), file);
        Assert.Empty(await LocksAsync());
        Assert.Empty(_warnings);
    }

    [Fact]
    public async Task Shared_locks_are_held_by_many()
    {
        await using RepositoryLock first = await LockAsync(Us, LockKind.Shared);
        await using RepositoryLock second = await LockAsync(They, LockKind.Shared);

        Assert.Equal(2, (await LocksAsync()).Count);
    }

    [Theory]
    [InlineData(nameof(LockKind.Exclusive), nameof(LockKind.Exclusive))]
    [InlineData(nameof(LockKind.Exclusive), nameof(LockKind.Shared))]
    [InlineData(nameof(LockKind.Exclusive), nameof(LockKind.Pruning))]
    [InlineData(nameof(LockKind.Shared), nameof(LockKind.Exclusive))]
    [InlineData(nameof(LockKind.Pruning), nameof(LockKind.Exclusive))]
    [InlineData(nameof(LockKind.Pruning), nameof(LockKind.Pruning))]
    public async Task An_exclusive_lock_keeps_all_others_out_and_is_kept_out_by_all(string held, string wanted)
    {
        await using RepositoryLock first = await LockAsync(They, Enum.Parse<LockKind>(held));

        RepositoryLockedException error = await Assert.ThrowsAsync<RepositoryLockedException>(() => LockAsync(Us, Enum.Parse<LockKind>(wanted)));

        Assert.Contains("they@other (process 4712)", error.Message, StringComparison.Ordinal);
        Assert.Equal(They, Assert.Single(await LocksAsync()).Holder);
    }

    [Fact]
    public async Task A_stale_lock_keeps_out_too_and_the_error_says_so()
    {
        await SaveLockAsync(They, LockKind.Exclusive);
        _time.Jump(TimeSpan.FromHours(3));

        RepositoryLockedException error = await Assert.ThrowsAsync<RepositoryLockedException>(() => LockAsync(Us, LockKind.Shared));

        Assert.Contains("left over", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_comes_between_the_look_and_the_lock_is_seen_and_the_lock_given_back()
    {
        _files.Saved = _ =>
        {
            _files.Saved = null;
            AssertDone(SaveLockAsync(They, LockKind.Exclusive)); // as if it were saved just before ours
        };

        await Assert.ThrowsAsync<RepositoryLockedException>(() => LockAsync(Us, LockKind.Shared));

        Assert.Equal(They, Assert.Single(await LocksAsync()).Holder);
    }

    [Fact]
    public async Task Of_many_who_want_it_at_once_at_most_one_gets_an_exclusive_lock()
    {
        for (int round = 0; round < 5; round++)
        {
            RepositoryLock?[] locks = await Task.WhenAll(Enumerable.Range(1, 4).Select(i => Task.Run(
                () => TryLockAsync(Us with { Pid = i }, LockKind.Exclusive))));

            Assert.InRange(locks.Count(taken => taken is not null), 0, 1);
            foreach (RepositoryLock? taken in locks)
            {
                await (taken?.DisposeAsync() ?? ValueTask.CompletedTask);
            }

            Assert.Empty(await LocksAsync());
        }
    }

    [Fact]
    public async Task Where_listings_come_late_others_are_waited_for()
    {
        var late = new LateBackend(_backend);
        using var files = new SealedFiles(late, _masterKey);
        Task<RepositoryLock> locking = RepositoryLock.AcquireAsync(files, Us, LockKind.Exclusive, Options(), CancellationToken.None);
        await _time.WhenTimersRunAsync(1);

        await SaveLockAsync(They, LockKind.Exclusive);
        _time.Advance(TimeSpan.FromMilliseconds(200));

        await Assert.ThrowsAsync<RepositoryLockedException>(() => locking);
        Assert.Equal(They, Assert.Single(await LocksAsync()).Holder);
    }

    [Fact]
    public async Task A_lock_can_be_waited_for()
    {
        RepositoryLock first = await LockAsync(They, LockKind.Exclusive);
        Task<RepositoryLock> waiting = RepositoryLock.AcquireAsync(
            _files, Us, LockKind.Exclusive, Options() with { RetryLock = TimeSpan.FromMinutes(10) }, CancellationToken.None);
        await _time.WhenTimersRunAsync(2); // the first lock's look at the clock, and the wait

        await first.DisposeAsync();
        await using RepositoryLock second = await _time.RunAsync(waiting);

        Assert.Equal(Us, Assert.Single(await LocksAsync()).Holder);
        Assert.Contains("they@other", Assert.Single(_warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_wait_ends_when_its_time_is_over()
    {
        await SaveLockAsync(They, LockKind.Exclusive);
        long start = _time.GetTimestamp();

        await Assert.ThrowsAsync<RepositoryLockedException>(() => _time.RunAsync(RepositoryLock.AcquireAsync(
            _files, Us, LockKind.Shared, Options() with { RetryLock = TimeSpan.FromMinutes(7) }, CancellationToken.None)));

        Assert.Equal(TimeSpan.FromMinutes(7), _time.GetElapsedTime(start));
    }

    [Fact]
    public async Task The_wait_can_be_cancelled()
    {
        await SaveLockAsync(They, LockKind.Exclusive);
        using var cancellation = new CancellationTokenSource();
        Task<RepositoryLock> waiting = RepositoryLock.AcquireAsync(
            _files, Us, LockKind.Shared, Options() with { RetryLock = TimeSpan.FromMinutes(7) }, cancellation.Token);
        await _time.WhenTimersRunAsync(1);

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Single(await LocksAsync());
    }

    [Fact]
    public async Task A_lock_that_can_t_be_read_keeps_out_and_is_named()
    {
        Digest name = await SaveRawAsync("damaged"u8.ToArray());
        long start = _time.GetTimestamp();

        RepositoryDamagedException error = await Assert.ThrowsAsync<RepositoryDamagedException>(
            () => _time.RunAsync(LockAsync(Us, LockKind.Shared)));

        Assert.Contains(name.ToString(), error.Message, StringComparison.Ordinal);
        Assert.Contains(Remedy.UnlockAll, error.Message, StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromSeconds(35), _time.GetElapsedTime(start));
    }

    [Fact]
    public async Task A_lock_that_is_readable_after_a_while_keeps_nobody_out()
    {
        Digest name = await SaveRawAsync("damaged"u8.ToArray());
        Task<RepositoryLock> locking = LockAsync(Us, LockKind.Shared);
        await _time.WhenTimersRunAsync(1);

        await _backend.DeleteAsync(new FileHandle(FileKind.Lock, name), CancellationToken.None);
        await using RepositoryLock taken = await _time.RunAsync(locking);

        Assert.Single(await LocksAsync());
    }

    [Fact]
    public async Task A_conflict_tells_more_than_a_lock_that_can_t_be_read()
    {
        await SaveRawAsync("damaged"u8.ToArray());
        await SaveLockAsync(They, LockKind.Exclusive);

        await Assert.ThrowsAsync<RepositoryLockedException>(() => LockAsync(Us, LockKind.Shared));
    }

    [Fact]
    public async Task An_empty_lock_file_keeps_nobody_out()
    {
        await SaveRawAsync([]);

        await using RepositoryLock taken = await LockAsync(Us, LockKind.Exclusive);

        Assert.Equal(2, await _backend.ListAsync(FileKind.Lock, CancellationToken.None).CountAsync());
    }

    [Fact]
    public async Task A_lock_that_is_refreshed_between_listing_and_reading_still_keeps_out()
    {
        Digest old = await SaveLockAsync(They, LockKind.Exclusive);
        var refreshing = new RefreshingBackend(_backend, async () =>
        {
            await SaveLockAsync(They, LockKind.Exclusive);
            await _backend.DeleteAsync(new FileHandle(FileKind.Lock, old), CancellationToken.None);
        });
        using var files = new SealedFiles(refreshing, _masterKey);

        await Assert.ThrowsAsync<RepositoryLockedException>(
            () => RepositoryLock.AcquireAsync(files, Us, LockKind.Shared, Options(), CancellationToken.None));
    }

    [Fact]
    public async Task Without_a_lock_nothing_is_written_and_nothing_exclusive_done()
    {
        await using (await RepositoryLock.AcquireAsync(_files, Us, LockKind.Shared, Options() with { NoLock = true }, CancellationToken.None))
        {
            Assert.Empty(await LocksAsync());
        }

        await Assert.ThrowsAsync<ArgumentException>(() => RepositoryLock.AcquireAsync(
            _files, Us, LockKind.Exclusive, Options() with { NoLock = true }, CancellationToken.None));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Whatever_fails_no_lock_of_ours_is_left(int call)
    {
        using var before = new SealedFiles(FaultyBackend.FailsBefore(_backend, call), _masterKey);
        using var after = new SealedFiles(FaultyBackend.FailsAfter(_backend, call), _masterKey);

        await Assert.ThrowsAsync<BackendException>(() => RepositoryLock.AcquireAsync(before, Us, LockKind.Exclusive, Options(), CancellationToken.None));
        await Assert.ThrowsAsync<BackendException>(() => RepositoryLock.AcquireAsync(after, Us, LockKind.Exclusive, Options(), CancellationToken.None));

        Assert.Empty(await LocksAsync());
    }

    [Fact]
    public async Task A_lock_that_can_t_be_removed_is_told_not_thrown()
    {
        FaultyBackend faulty = FaultyBackend.StopsAfter(_backend, 4);
        using var files = new SealedFiles(faulty, _masterKey);
        RepositoryLock taken = await RepositoryLock.AcquireAsync(files, Us, LockKind.Exclusive, Options(), CancellationToken.None);

        await taken.DisposeAsync();

        Assert.Contains("unlock", Assert.Single(_warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unlocking_removes_what_is_stale_and_leaves_what_is_in_use_or_unreadable()
    {
        await SaveLockAsync(They, LockKind.Shared);
        _time.Jump(TimeSpan.FromMinutes(31));
        await SaveLockAsync(They with { Pid = 5 }, LockKind.Shared);
        await SaveRawAsync("damaged"u8.ToArray());
        await SaveRawAsync([]);

        int count = await RepositoryLock.UnlockAsync(_files, Us, _time, removeAll: false, CancellationToken.None);

        Assert.Equal(1, count);
        Assert.Equal(3, await _backend.ListAsync(FileKind.Lock, CancellationToken.None).CountAsync());
        Assert.Equal(3, await RepositoryLock.UnlockAsync(_files, Us, _time, removeAll: true, CancellationToken.None));
        Assert.Equal(0, await _backend.ListAsync(FileKind.Lock, CancellationToken.None).CountAsync());
    }

    public void Dispose()
    {
        _files.Dispose();
        _masterKey.Dispose();
    }

    private static void AssertDone(Task task) => Assert.True(task.IsCompletedSuccessfully);

    private RepositoryOptions Options() => new() { Location = "mem:", Time = _time, Warn = _warnings.Add };

    private Task<RepositoryLock> LockAsync(LockIdentity who, LockKind kind) =>
        RepositoryLock.AcquireAsync(_files, who, kind, Options(), CancellationToken.None);

    private async Task<RepositoryLock?> TryLockAsync(LockIdentity who, LockKind kind)
    {
        try
        {
            return await LockAsync(who, kind);
        }
        catch (RepositoryLockedException)
        {
            return null; // counted by the test
        }
    }

    private Task<Digest> SaveLockAsync(LockIdentity who, LockKind kind) => _files.SaveUnpackedAsync(
        FileKind.Lock, FileOf(who, kind).Encode(), CancellationToken.None);

    private LockFile FileOf(LockIdentity who, LockKind kind) =>
        new(Timestamp.From(_time.GetUtcNow()), kind == LockKind.Exclusive, who) { IsPruning = kind == LockKind.Pruning };

    private async Task<Digest> SaveRawAsync(byte[] content)
    {
        Digest name = Digest.Of(content);
        await _backend.SaveAsync(new FileHandle(FileKind.Lock, name), content, CancellationToken.None);
        return name;
    }

    private async Task<List<LockFile>> LocksAsync()
    {
        var locks = new List<LockFile>();
        await foreach (BackendFile file in _backend.ListAsync(FileKind.Lock, CancellationToken.None))
        {
            byte[] json = await _files.LoadUnpackedAsync(FileKind.Lock, file.Handle.Name, CancellationToken.None);
            locks.Add(LockFile.Decode(json, file.Handle.Name));
        }

        return locks;
    }

    private sealed class LateBackend(IBackend inner) : DelegatingBackend(inner)
    {
        public override bool ListsAtOnce => false;
    }

    /// <summary>Does something once, before the first file is read.</summary>
    private sealed class RefreshingBackend(IBackend inner, Func<Task> action) : DelegatingBackend(inner)
    {
        private bool _isDone;

        public override async Task<byte[]> LoadAsync(FileHandle file, int maxLength, CancellationToken cancellationToken)
        {
            if (!_isDone)
            {
                _isDone = true;
                await action();
            }

            return await base.LoadAsync(file, maxLength, cancellationToken);
        }
    }
}
