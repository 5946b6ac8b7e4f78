using System.Threading.Channels;
using Backup.Engine.Crypto;
using Backup.Engine.Repositories;
using Backup.Engine.Storage.Memory;

namespace Backup.Engine.Tests.Repositories;

public sealed class RepositoryLockRefreshTests : IDisposable
{
    private static readonly LockIdentity Us = new("vm", "me", 4711, 1000, 100);
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly MasterKey _masterKey = MasterKey.Draw();
    private readonly MemoryBackend _memory = new();
    private readonly FakeTime _time = new();
    private readonly Channel<string> _warnings = Channel.CreateUnbounded<string>();
    private readonly WatchedBackend _backend;
    private readonly SealedFiles _files;

    public RepositoryLockRefreshTests()
    {
        _backend = new WatchedBackend(_memory);
        _files = new SealedFiles(_backend, _masterKey);
    }

    [Fact]
    public async Task A_lock_is_refreshed_every_five_minutes()
    {
        await using RepositoryLock held = await LockAsync();
        for (int i = 1; i <= 3; i++)
        {
            _time.Advance(LockFile.RefreshInterval + Moment);
            await _backend.DeletedAsync(); // of the old one, after the new one was saved

            LockFile file = Assert.Single(await LocksAsync());
            Assert.True(Age(file) < TimeSpan.FromMinutes(1));
        }

        Assert.False(held.LostToken.IsCancellationRequested);
        held.ThrowIfLost();
    }

    [Fact]
    public async Task A_refresh_that_fails_is_told_and_tried_again_soon()
    {
        await using RepositoryLock held = await LockAsync();

        _backend.FailingSaves = 1;
        _time.Advance(LockFile.RefreshInterval + Moment);
        string warning = await NextWarningAsync();
        _time.Advance(TimeSpan.FromMinutes(1) + Moment);
        await _backend.DeletedAsync();

        Assert.Contains("the test's error", warning, StringComparison.Ordinal);
        Assert.True(Age(Assert.Single(await LocksAsync())) < TimeSpan.FromMinutes(1));
        Assert.False(held.LostToken.IsCancellationRequested);
    }

    [Fact]
    public async Task A_lock_that_can_t_be_refreshed_is_lost_before_others_take_it_for_stale()
    {
        RepositoryLock held = await LockAsync();
        Task lost = LostAsync(held);
        _backend.FailingSaves = int.MaxValue;

        _time.Advance(TimeSpan.FromMinutes(22));
        bool early = held.LostToken.IsCancellationRequested;
        _time.Advance(TimeSpan.FromMinutes(1));
        await lost;

        Assert.False(early);
        Assert.Throws<RepositoryLockedException>(held.ThrowIfLost);
        await held.DisposeAsync();
        Assert.Empty(await LocksAsync());
    }

    [Fact]
    public async Task After_a_sleep_of_the_machine_a_lock_that_is_still_there_is_kept()
    {
        await using RepositoryLock held = await LockAsync();

        _time.Jump(TimeSpan.FromHours(5));
        Assert.Throws<RepositoryLockedException>(held.ThrowIfLost);
        _time.Advance(Moment);
        await _backend.DeletedAsync();

        held.ThrowIfLost();
        Assert.False(held.LostToken.IsCancellationRequested);
        Assert.True(Age(Assert.Single(await LocksAsync())) < TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task After_a_sleep_of_the_machine_a_lock_that_was_removed_is_lost()
    {
        RepositoryLock held = await LockAsync();
        Task lost = LostAsync(held);
        await RepositoryLock.UnlockAsync(_files, Us, _time, removeAll: true, CancellationToken.None);

        _time.Jump(TimeSpan.FromHours(5));
        _time.Advance(Moment);
        await lost;

        Assert.Throws<RepositoryLockedException>(held.ThrowIfLost);
        await held.DisposeAsync();
        Assert.Empty(await LocksAsync());
    }

    [Fact]
    public async Task A_lock_that_is_removed_while_it_is_rescued_is_lost()
    {
        RepositoryLock held = await LockAsync();
        Task lost = LostAsync(held);
        BackendFile old = await _memory.ListAsync(FileKind.Lock, CancellationToken.None).SingleAsync();
        _files.Saved = _ => Assert.True(_memory.DeleteAsync(old.Handle, CancellationToken.None).IsCompletedSuccessfully);

        _time.Jump(TimeSpan.FromHours(5));
        _time.Advance(Moment);
        await lost;

        await held.DisposeAsync();
        Assert.Empty(await LocksAsync());
    }

    [Fact]
    public async Task A_backend_that_never_answers_loses_the_lock_and_does_not_hold_up_the_end()
    {
        RepositoryLock held = await LockAsync();
        Task lost = LostAsync(held);
        _backend.HangingSaves = true;

        _time.Advance(LockFile.RefreshInterval + Moment);
        await _backend.SaveBegunAsync();
        _time.Advance(TimeSpan.FromMinutes(1) + Moment);
        await NextWarningAsync();
        _time.Advance(TimeSpan.FromMinutes(20));
        await _time.RunAsync(lost);

        await _time.RunAsync(held.DisposeAsync().AsTask());
        Assert.Empty(await LocksAsync());
    }

    [Fact]
    public async Task Giving_back_works_though_the_operation_was_cancelled()
    {
        using var cancellation = new CancellationTokenSource();
        RepositoryLock held = await RepositoryLock.AcquireAsync(_files, Us, LockKind.Exclusive, Options(), cancellation.Token);

        await cancellation.CancelAsync();
        await held.DisposeAsync();

        Assert.Empty(await LocksAsync());
    }

    [FactIfOnPath("kill")]
    public async Task The_signal_by_which_restic_looks_for_a_lock_s_holder_does_not_end_us()
    {
        await using RepositoryLock held = await LockAsync();

        ExternalProgram.Named("kill").Run("-HUP", Environment.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture));

        Assert.Single(await LocksAsync());
    }

    public void Dispose()
    {
        _files.Dispose();
        _masterKey.Dispose();
    }

    private static Task LostAsync(RepositoryLock held)
    {
        var lost = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        held.LostToken.Register(lost.SetResult);
        return lost.Task.WaitAsync(Deadline);
    }

    private RepositoryOptions Options() => new()
    {
        Location = "mem:",
        Time = _time,
        Warn = warning => Assert.True(_warnings.Writer.TryWrite(warning)),
    };

    /// <summary>A lock whose watch of the clock has begun.</summary>
    private async Task<RepositoryLock> LockAsync()
    {
        RepositoryLock held = await RepositoryLock.AcquireAsync(_files, Us, LockKind.Exclusive, Options(), CancellationToken.None);
        await _time.WhenTimersRunAsync(1);
        await _backend.SaveBegunAsync();
        return held;
    }

    private TimeSpan Age(LockFile file) => _time.GetUtcNow() - file.Time.ToDateTimeOffset();

    private Task<string> NextWarningAsync() => _warnings.Reader.ReadAsync().AsTask().WaitAsync(Deadline);

    private async Task<List<LockFile>> LocksAsync()
    {
        var locks = new List<LockFile>();
        await foreach (BackendFile file in _memory.ListAsync(FileKind.Lock, CancellationToken.None))
        {
            byte[] json = await _files.LoadUnpackedAsync(FileKind.Lock, file.Handle.Name, CancellationToken.None);
            locks.Add(LockFile.Decode(json, file.Handle.Name));
        }

        return locks;
    }

    /// <summary>Tells when something happens, and fails or hangs when it is told to.</summary>
    private sealed class WatchedBackend(IBackend inner) : DelegatingBackend(inner)
    {
        private readonly Channel<bool> _deletions = Channel.CreateUnbounded<bool>();
        private readonly Channel<bool> _saves = Channel.CreateUnbounded<bool>();

        public int FailingSaves { get; set; }

        public bool HangingSaves { get; set; }

        public Task<bool> DeletedAsync() => _deletions.Reader.ReadAsync().AsTask().WaitAsync(Deadline);

        public Task<bool> SaveBegunAsync() => _saves.Reader.ReadAsync().AsTask().WaitAsync(Deadline);

        public override async Task SaveAsync(FileHandle file, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
        {
            await _saves.Writer.WriteAsync(true, CancellationToken.None);
            if (HangingSaves)
            {
                await new TaskCompletionSource().Task;
            }

            if (FailingSaves-- > 0)
            {
                throw new BackendException("the test's error", isTransient: true);
            }

            await base.SaveAsync(file, content, cancellationToken);
        }

        public override async Task DeleteAsync(FileHandle file, CancellationToken cancellationToken)
        {
            await base.DeleteAsync(file, cancellationToken);
            await _deletions.Writer.WriteAsync(true, CancellationToken.None);
        }
    }
}
