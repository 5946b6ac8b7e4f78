using System.Runtime.CompilerServices;

namespace Backup.Engine.Repositories;

/// <summary>
/// A lock and the operation that is only safe with it: if the lock is lost, the operation is cancelled and fails as
/// locked out instead of as cancelled.
/// </summary>
internal sealed class LockScope : IAsyncDisposable
{
    private readonly string _location;
    private readonly RepositoryLock _lock;
    private readonly bool _isForReading;
    private readonly CancellationTokenSource _cancellation;

    private LockScope(string location, RepositoryLock repositoryLock, bool isForReading, CancellationToken cancellationToken)
    {
        _location = location;
        _lock = repositoryLock;
        _isForReading = isForReading;
        _cancellation = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, repositoryLock.LostToken);
    }

    /// <summary>Is cancelled by the caller, and when the lock is lost.</summary>
    public CancellationToken Token => _cancellation.Token;

    /// <summary>Takes the lock that reading needs: others may read and back up meanwhile, but not remove anything.</summary>
    public static async Task<LockScope> ForReadingAsync(OpenedRepository repository, CancellationToken cancellationToken) =>
        new(
            repository.Backend.Location,
            await repository.LockAsync(LockKind.Shared, cancellationToken).ConfigureAwait(false),
            isForReading: true,
            cancellationToken);

    /// <summary>Runs an operation under the reading lock.</summary>
    /// <exception cref="RepositoryLockedException">The lock could not be taken, or was lost meanwhile.</exception>
    public static async Task<T> ReadAsync<T>(
        OpenedRepository repository, Func<CancellationToken, Task<T>> operation, CancellationToken cancellationToken)
    {
        LockScope scope = await ForReadingAsync(repository, cancellationToken).ConfigureAwait(false);
        await using (scope.ConfigureAwait(false))
        {
            return await scope.RunAsync(() => operation(scope.Token)).ConfigureAwait(false);
        }
    }

    /// <summary>Runs an operation that changes the repository.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="kind">What others may do meanwhile: nothing if something is removed, as a rule.</param>
    /// <param name="operation">The operation. Before what can't be undone it calls <see cref="ThrowIfLost"/>.</param>
    /// <param name="cancellationToken">Ends the wait for the lock, and the operation.</param>
    /// <exception cref="RepositoryLockedException">The lock could not be taken, or was lost meanwhile.</exception>
    public static async Task<T> ChangeAsync<T>(
        OpenedRepository repository, LockKind kind, Func<LockScope, Task<T>> operation, CancellationToken cancellationToken)
    {
        var scope = new LockScope(
            repository.Backend.Location,
            await repository.LockAsync(kind, cancellationToken).ConfigureAwait(false),
            isForReading: false,
            cancellationToken);
        await using (scope.ConfigureAwait(false))
        {
            return await scope.RunAsync(() => operation(scope)).ConfigureAwait(false);
        }
    }

    /// <summary>Passes the items of an enumeration on, under the reading lock until the last one is taken.</summary>
    /// <exception cref="RepositoryLockedException">The lock could not be taken, or was lost meanwhile.</exception>
    public static async IAsyncEnumerable<T> ReadAsync<T>(
        OpenedRepository repository,
        Func<CancellationToken, IAsyncEnumerable<T>> items,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        LockScope scope = await ForReadingAsync(repository, cancellationToken).ConfigureAwait(false);
        await using (scope.ConfigureAwait(false))
        {
            IAsyncEnumerator<T> enumerator = items(scope.Token).GetAsyncEnumerator(scope.Token);
            await using (enumerator.ConfigureAwait(false))
            {
                while (await MoveNextAsync(enumerator, scope).ConfigureAwait(false))
                {
                    yield return enumerator.Current;
                }
            }
        }
    }

    /// <summary>Call this before what can't be undone.</summary>
    /// <exception cref="RepositoryLockedException">The lock was lost, or is about to be.</exception>
    public void ThrowIfLost() => _lock.ThrowIfLost();

    /// <summary>The locks of others that are there now.</summary>
    public Task<IReadOnlyList<LockFile>> ListOthersAsync() => _lock.ListOthersAsync(Token);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _cancellation.Dispose();
        await _lock.DisposeAsync().ConfigureAwait(false);
    }

    private bool IsLost => _lock.LostToken.IsCancellationRequested;

    private static async ValueTask<bool> MoveNextAsync<T>(IAsyncEnumerator<T> enumerator, LockScope scope)
    {
        try
        {
            return await enumerator.MoveNextAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (scope.IsLost)
        {
            throw scope.Lost();
        }
    }

    private async Task<T> RunAsync<T>(Func<Task<T>> operation)
    {
        try
        {
            return await operation().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (IsLost)
        {
            throw Lost();
        }
    }

    private RepositoryLockedException Lost() => _isForReading
        ? new($"The lock on {_location} could not be refreshed in time, so others may have removed what was being read. Run it again.")
        : _lock.Lost();
}
