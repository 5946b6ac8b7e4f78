using System.Runtime.InteropServices;

namespace Backup.Engine.Repositories;

/// <summary>
/// Our lock on a repository, held until it is disposed: shared by all who only add or read, exclusive for those who remove;
/// see <see cref="LockKind"/>. It is refreshed as long as it is held.
/// </summary>
/// <remarks>Protocol: restic design document, «Locks».</remarks>
internal sealed class RepositoryLock : IAsyncDisposable
{
    /// <summary>Where listings come late, others' locks are waited for so long.</summary>
    private static readonly TimeSpan SettleTime = TimeSpan.FromMilliseconds(200);

    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromMinutes(1);

    /// <summary>What ends an operation must not wait longer than that for a backend that does not answer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>A lock of that age may not be relied upon: others will take it for stale soon, by clocks that go differently.</summary>
    private static readonly TimeSpan LostAge = LockFile.StaleAge - (1.5 * LockFile.RefreshInterval);

    private readonly RepositoryOptions _options;
    private readonly LockKind _kind;
    private readonly IBackend? _backend;
    private readonly LockFolder? _folder;
    private readonly OwnLockFiles? _own;
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _lost = new();
    private readonly CancellationTokenSource _ending = new();
    private Digest _current;
    private DateTimeOffset _refreshed;
    private PosixSignalRegistration? _deafness;
    private Task _refreshing = Task.CompletedTask;
    private bool _isDisposed;

    private RepositoryLock(RepositoryOptions options) => _options = options;

    private RepositoryLock(IUnpackedFiles files, LockIdentity us, LockKind kind, RepositoryOptions options)
        : this(options)
    {
        _kind = kind;
        _backend = files.Backend;
        _folder = new LockFolder(files, us, options.Time);
        _own = new OwnLockFiles(files, us, kind, options);
    }

    /// <summary>No lock at all, for those who do without.</summary>
    public static RepositoryLock None => new(new RepositoryOptions { Location = "" });

    /// <summary>Is cancelled when the lock could not be refreshed in time: what it protected has to stop.</summary>
    public CancellationToken LostToken => _lost.Token;

    private TimeProvider Time => _options.Time;

    /// <summary>Locks a repository.</summary>
    /// <param name="files">The repository's documents.</param>
    /// <param name="us">Who locks it.</param>
    /// <param name="kind">What others may do meanwhile.</param>
    /// <param name="options">The clock, whether to lock at all, how long to wait for others, who hears about it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="RepositoryLockedException">Somebody else holds a lock that keeps us out.</exception>
    /// <exception cref="RepositoryDamagedException">There is a lock that can't be read.</exception>
    /// <exception cref="ArgumentException">It has to keep out others, but the options say that there shall be none.</exception>
    public static async Task<RepositoryLock> AcquireAsync(
        IUnpackedFiles files, LockIdentity us, LockKind kind, RepositoryOptions options, CancellationToken cancellationToken)
    {
        if (options.NoLock)
        {
            return kind != LockKind.Shared
                ? throw new ArgumentException("This can't be done without a lock: it removes files that others may need.", nameof(options))
                : None;
        }

        var taken = new RepositoryLock(files, us, kind, options);
        long start = options.Time.GetTimestamp();
        TimeSpan wait = FirstRetry;
        while (await taken.TryTakeAsync(cancellationToken).ConfigureAwait(false) is { } other)
        {
            TimeSpan left = options.RetryLock - options.Time.GetElapsedTime(start);
            RepositoryLockedException conflict = other.Conflict(files.Backend.Location, us, options.Time.GetUtcNow());
            if (left <= TimeSpan.Zero)
            {
                throw conflict;
            }

            if (wait == FirstRetry)
            {
                options.Warn?.Invoke($"{conflict.Message} Waiting for it up to {options.RetryLock.TotalSeconds:0.##} seconds.");
            }

            await Task.Delay(wait < left ? wait : left, options.Time, cancellationToken).ConfigureAwait(false);
            wait = wait * 2 < LongestRetry ? wait * 2 : LongestRetry;
        }

        taken._refreshing = Task.Run(taken.RefreshAsync, CancellationToken.None);
        return taken;
    }

    /// <summary>Removes locks that others left.</summary>
    /// <param name="files">The repository's documents.</param>
    /// <param name="us">Who asks.</param>
    /// <param name="time">The clock.</param>
    /// <param name="removeAll">All locks, even those in use; else only stale ones.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>How many were removed.</returns>
    public static Task<int> UnlockAsync(
        IUnpackedFiles files, LockIdentity us, TimeProvider time, bool removeAll, CancellationToken cancellationToken) =>
        new LockFolder(files, us, time).RemoveAsync(removeAll, cancellationToken);

    /// <summary>
    /// Call this before what can't be undone: after a sleep of the machine the lock may be nobody's any more before
    /// <see cref="LostToken"/> can say so.
    /// </summary>
    /// <exception cref="RepositoryLockedException">The lock was lost, or is about to be.</exception>
    public void ThrowIfLost()
    {
        if (_own is not null && (_lost.IsCancellationRequested || Age() >= LostAge))
        {
            throw Lost();
        }
    }

    /// <summary>The locks of others that are there now.</summary>
    public Task<IReadOnlyList<LockFile>> ListOthersAsync(CancellationToken cancellationToken)
    {
        (LockFolder folder, OwnLockFiles own) = Parts();
        return folder.ListOthersAsync(() => own.Names, cancellationToken);
    }

    /// <summary>The error for an operation that <see cref="LostToken"/> ended.</summary>
    public RepositoryLockedException Lost() => new(
        $"Our lock on the repository {_backend?.Location} could not be refreshed in time, so others may work on it by now. "
            + "The operation was stopped; what it saved is kept. See that the repository can be reached, and run it again.");

    /// <summary>Removes the lock. Does not throw if that fails: it will be stale after half an hour.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        await _ending.CancelAsync().ConfigureAwait(false);
        try
        {
            await _refreshing.WaitAsync(Patience, Time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // The backend does not answer. What it does late is a lock that will be stale after half an hour.
        }
        finally
        {
            if (_own is not null && _folder is not null)
            {
                await _own.RemoveAllAsync(_folder, Patience).ConfigureAwait(false);
            }

            _deafness?.Dispose();
            _ending.Dispose();
            _lost.Dispose();
        }
    }

    /// <summary>Takes the lock, or gives the one that keeps us out.</summary>
    private async Task<LockFile?> TryTakeAsync(CancellationToken cancellationToken)
    {
        (LockFolder folder, OwnLockFiles own) = Parts();
        if (await folder.FindConflictAsync(_kind, own.Names, cancellationToken).ConfigureAwait(false) is { } held)
        {
            return held;
        }

        bool isTaken = false;
        try
        {
            (Digest name, DateTimeOffset time) = await own.SaveAsync(cancellationToken).ConfigureAwait(false);
            await SettleAsync(cancellationToken).ConfigureAwait(false);

            // Somebody may have come between the look and our lock. He looks again, too: at most one of us stays.
            LockFile? other = await folder.FindConflictAsync(_kind, own.Names, cancellationToken).ConfigureAwait(false);
            if (other is null)
            {
                // To learn whether a lock's holder lives, restic sends it this signal. It must not end us.
                _deafness = OperatingSystem.IsWindows()
                    ? null
                    : PosixSignalRegistration.Create(PosixSignal.SIGHUP, context => context.Cancel = true);
                Adopt(name, time);
                isTaken = true;
            }

            return other;
        }
        finally
        {
            if (!isTaken)
            {
                await own.RemoveAllAsync(folder, Patience).ConfigureAwait(false);
            }
        }
    }

    /// <summary>
    /// Refreshes the lock until the end. The clock is looked at every second, since timers stand still while a machine
    /// sleeps, and the lock grows old.
    /// </summary>
    private async Task RefreshAsync()
    {
        try
        {
            using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), Time);
            DateTimeOffset nextTry = default;
            while (await timer.WaitForNextTickAsync(_ending.Token).ConfigureAwait(false))
            {
                bool isLate = Age() >= LostAge;
                if (!isLate && (Age() < LockFile.RefreshInterval || Time.GetUtcNow() < nextTry))
                {
                    continue;
                }

                bool isHeld = await TryAsync(isLate ? RescueAsync : RenewAsync).ConfigureAwait(false);
                nextTry = Time.GetUtcNow() + Patience;
                if (isLate && !isHeld)
                {
                    await _lost.CancelAsync().ConfigureAwait(false);
                    return;
                }
            }
        }
        catch (OperationCanceledException) when (_ending.IsCancellationRequested)
        {
            // The lock is given back.
        }
        catch
        {
            // A fault of the program must not leave anybody with a lock that nobody refreshes.
            await _lost.CancelAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Does it within a minute; says whether the lock is good afterwards.</summary>
    private async Task<bool> TryAsync(Func<CancellationToken, Task<bool>> action)
    {
        using var limit = new CancellationTokenSource(Patience, Time);
        try
        {
            // Not given up when the lock is given back: what is half done would leave a lock.
            return await action(limit.Token).WaitAsync(limit.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is BackupException || limit.IsCancellationRequested)
        {
            _options.Warn?.Invoke($"The lock on the repository {_backend?.Location} was not refreshed: {exception.Message}");
            return false;
        }
    }

    private async Task<bool> RenewAsync(CancellationToken cancellationToken)
    {
        (_, OwnLockFiles own) = Parts();
        Digest old = _current;
        (Digest name, DateTimeOffset time) = await own.SaveAsync(cancellationToken).ConfigureAwait(false);
        Adopt(name, time);
        await own.DeleteAsync(old, cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>Renews a lock that others may have taken for stale: only if they did not, from before until after.</summary>
    private async Task<bool> RescueAsync(CancellationToken cancellationToken)
    {
        (LockFolder folder, OwnLockFiles own) = Parts();
        Digest old = _current;
        if (!await folder.ContainsAsync(old, cancellationToken).ConfigureAwait(false))
        {
            return false;
        }

        (Digest name, DateTimeOffset time) = await own.SaveAsync(cancellationToken).ConfigureAwait(false);
        await SettleAsync(cancellationToken).ConfigureAwait(false);
        if (!await folder.ContainsAsync(old, cancellationToken).ConfigureAwait(false))
        {
            return false;
        }

        Adopt(name, time);
        await own.DeleteAsync(old, cancellationToken).ConfigureAwait(false);
        return true;
    }

    private Task SettleAsync(CancellationToken cancellationToken) =>
        _backend is { ListsAtOnce: true } ? Task.CompletedTask : Task.Delay(SettleTime, Time, cancellationToken);

    private void Adopt(Digest name, DateTimeOffset time)
    {
        lock (_gate)
        {
            _current = name;
            _refreshed = time;
        }
    }

    private TimeSpan Age()
    {
        lock (_gate)
        {
            return Time.GetUtcNow() - _refreshed;
        }
    }

    private (LockFolder Folder, OwnLockFiles Own) Parts() => _folder is not null && _own is not null
        ? (_folder, _own)
        : throw new InvalidOperationException("There is no lock to work with.");
}
