using Backup.Engine.Concurrency;
using Backup.Engine.Repositories;

namespace Backup.Engine.Archiving;

/// <summary>
/// One of the repositories that a backup goes to, with its own lock, parent, packs and index. Once something has failed it is
/// left alone: nothing more is saved there, and it gets no snapshot.
/// </summary>
internal sealed class BackupTarget(OpenedRepository repository, bool discards, Action whenFailed) : IAsyncDisposable
{
    private readonly CancellationTokenSource _end = new();
    private RepositoryLock _lock = RepositoryLock.None;
    private CancellationTokenRegistration _ending;
    private CancellationTokenSource? _any;
    private StageGroup? _stages;
    private BlobWriter? _writer;
    private Exception? _failure;
    private long _dataBlobs;
    private long _treeBlobs;
    private long _added;
    private long _addedPacked;

    /// <summary>The repository.</summary>
    public OpenedRepository Repository => repository;

    /// <summary>What it has of earlier backups.</summary>
    public EarlierSnapshots Earlier { get; private set; } = EarlierSnapshots.None;

    /// <summary>Why nothing goes there any more; null while all is well.</summary>
    public Exception? Failure => Volatile.Read(ref _failure);

    /// <summary>Incomplete snapshots that go when there is a newer one.</summary>
    public List<SnapshotId> Obsolete { get; } = [];

    /// <summary>Locks it, finds its earlier snapshots, and loads its index.</summary>
    public Task BeginAsync(BackupOptions options, string hostname, Timestamp time, CancellationToken cancellationToken) => TryAsync(
        async () =>
        {
            if (!options.DryRun)
            {
                _lock = await repository.LockAsync(LockKind.Shared, cancellationToken).ConfigureAwait(false);
            }

            Earlier = await EarlierSnapshots.FindAsync(repository, options, hostname, time, cancellationToken).ConfigureAwait(false);
            Obsolete.AddRange(Earlier.Incomplete.Select(snapshot => snapshot.Id));
            await repository.LoadIndexAsync(cancellationToken).ConfigureAwait(false);
        },
        cancellationToken);

    /// <summary>Lets blobs be saved, until the token is cancelled, the lock is lost or an upload fails.</summary>
    public void Start(MemoryBudget budget, CancellationToken cancellationToken)
    {
        if (Failure is not null)
        {
            return;
        }

        _any = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _lock.LostToken, _end.Token);
        _stages = new StageGroup(_any.Token);
        _ending = _stages.Token.Register(() =>
        {
            if (!cancellationToken.IsCancellationRequested && !_end.IsCancellationRequested)
            {
                Fail(Cause());
            }
        });
        _writer = new BlobWriter(repository, _stages, discards, budget: budget);
    }

    /// <summary>Saves a blob if the repository does not have it; nothing if it has failed.</summary>
    public ValueTask<SavedBlob> SaveAsync(
        BlobType type, BlobId id, ReadOnlyMemory<byte> plaintext, CancellationToken cancellationToken) =>
        _writer is null || _stages is null || Failure is not null
            ? ValueTask.FromResult(new SavedBlob(id, IsNew: false, plaintext.Length, 0))
            : CountAsync(type, _writer.SaveAsync(type, id, plaintext, _stages.Token), new SavedBlob(id, IsNew: false, plaintext.Length, 0), cancellationToken);

    /// <summary>Begins a tree that is too long to be in memory as a whole; null if it has failed.</summary>
    public LongBlob? BeginLong() => Failure is null ? _writer?.BeginLong() : null;

    /// <summary>Saves a tree that came in pieces if the repository does not have it; nothing if it has failed.</summary>
    public ValueTask<SavedBlob> SaveTreeAsync(LongBlob tree, CancellationToken cancellationToken)
    {
        var known = new SavedBlob(tree.Id, IsNew: false, tree.Length, 0);
        return _writer is null || _stages is null || Failure is not null
            ? ValueTask.FromResult(known)
            : CountAsync(BlobType.Tree, _writer.SaveTreeAsync(tree, _stages.Token), known, cancellationToken);
    }

    /// <summary>Whether it has all these data blobs, or needs none because it has failed.</summary>
    public bool HasAll(IReadOnlyList<BlobId> content) => Failure is not null || _writer is null || _writer.HasAll(content);

    /// <summary>Stores what has been saved so far.</summary>
    public Task FlushAsync(CancellationToken cancellationToken) => WriteAsync(
        (writer, stages) => writer.FlushAsync(stages.Token), cancellationToken);

    /// <summary>Stores everything, and ends the uploads.</summary>
    public Task CompleteAsync(CancellationToken cancellationToken) => WriteAsync(
        async (writer, stages) =>
        {
            await writer.CompleteAsync(stages.Token).ConfigureAwait(false);
            await stages.WhenAllAsync().ConfigureAwait(false);
        },
        cancellationToken);

    /// <summary>Does something with the repository, unless it has failed; a failure is its alone.</summary>
    public async Task TryAsync(Func<Task> action, CancellationToken cancellationToken)
    {
        if (Failure is not null)
        {
            return;
        }

        try
        {
            await action().ConfigureAwait(false);
        }
        catch (Exception exception) when (IsOurs(exception, cancellationToken))
        {
            Fail(exception);
        }
    }

    /// <summary>Call this before what makes the backup exist.</summary>
    /// <exception cref="RepositoryLockedException">The lock was lost, or is about to be.</exception>
    public void ThrowIfLost() => _lock.ThrowIfLost();

    /// <summary>The counts with what was stored here.</summary>
    public SnapshotSummary Counted(SnapshotSummary counts) => counts with
    {
        DataBlobs = _dataBlobs,
        TreeBlobs = _treeBlobs,
        DataAdded = (ulong)_added,
        DataAddedPacked = (ulong)_addedPacked,
    };

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync().ConfigureAwait(false);
        if (_stages is not null)
        {
            await _stages.WhenAllAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // what failed is known by now
        }

        await _ending.DisposeAsync().ConfigureAwait(false);
        _writer?.Dispose();
        _stages?.Dispose();
        _any?.Dispose();
        _end.Dispose();
        await _lock.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Counts what is saved; if that fails, it was not saved.</summary>
    private async ValueTask<SavedBlob> CountAsync(
        BlobType type, ValueTask<SavedBlob> saving, SavedBlob otherwise, CancellationToken cancellationToken)
    {
        try
        {
            SavedBlob saved = await saving.ConfigureAwait(false);
            if (saved.IsNew)
            {
                Interlocked.Increment(ref type == BlobType.Data ? ref _dataBlobs : ref _treeBlobs);
                Interlocked.Add(ref _added, saved.Length);
                Interlocked.Add(ref _addedPacked, saved.StoredLength);
            }

            return saved;
        }
        catch (Exception exception) when (IsOurs(exception, cancellationToken))
        {
            Fail(exception);
            return otherwise;
        }
    }

    private Task WriteAsync(Func<BlobWriter, StageGroup, Task> action, CancellationToken cancellationToken) =>
        _writer is null || _stages is null ? Task.CompletedTask : TryAsync(() => action(_writer, _stages), cancellationToken);

    /// <summary>Whether something went wrong with this repository, not with the backup as a whole.</summary>
    private static bool IsOurs(Exception exception, CancellationToken cancellationToken) =>
        exception is BackupException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    private void Fail(Exception exception)
    {
        if (Interlocked.CompareExchange(ref _failure, exception is OperationCanceledException ? Cause() : exception, null) is null)
        {
            _end.Cancel();
            whenFailed();
        }
    }

    /// <summary>Why the uploads were cancelled.</summary>
    private Exception Cause() => _lock.LostToken.IsCancellationRequested
        ? _lock.Lost()
        : _stages?.Failure ?? new OperationCanceledException("The uploads ended without a reason.");
}
