using System.Runtime.ExceptionServices;
using Backup.Engine.Repositories;

namespace Backup.Engine.Archiving;

/// <summary>
/// All repositories that a backup goes to, as one: the source is read, cut and hashed once, and each blob is given to every one
/// of them, which knows for itself whether it has it already, and seals it with its own key.
/// </summary>
/// <remarks>
/// Files are cut at the same places and trees are encoded to the same bytes, so blobs and trees have the same ids everywhere.
/// The slowest one sets the pace when its uploads are full: memory stays bounded. One that fails is left out from there on.
/// </remarks>
internal sealed class BackupTargets : IAsyncDisposable
{
    private readonly BackupTarget[] _all;
    private readonly CancellationTokenSource _allFailed = new();

    /// <summary>These repositories.</summary>
    /// <param name="repositories">The repositories.</param>
    /// <param name="discards">Do everything but store: a dry run.</param>
    public BackupTargets(IEnumerable<OpenedRepository> repositories, bool discards) =>
        _all = [.. repositories.Select(repository => new BackupTarget(repository, discards, WhenOneFailed))];

    /// <summary>All of them, failed or not, in the order given.</summary>
    public IReadOnlyList<BackupTarget> All => _all;

    /// <summary>Is cancelled when there is nowhere left to save anything.</summary>
    public CancellationToken AllFailedToken => _allFailed.Token;

    /// <summary>Whether there is nowhere left to save anything.</summary>
    public bool HaveAllFailed => Array.TrueForAll(_all, target => target.Failure is not null);

    /// <summary>Does something with each of them, at the same time.</summary>
    /// <exception cref="BackupException">All have failed: the first one's failure.</exception>
    public async Task ForEachAsync(Func<BackupTarget, Task> action)
    {
        await Task.WhenAll(_all.Select(action)).ConfigureAwait(false);
        ThrowIfAllFailed();
    }

    /// <summary>Lets blobs be saved until the token is cancelled.</summary>
    public void Start(MemoryBudget budget, CancellationToken cancellationToken) =>
        Array.ForEach(_all, target => target.Start(budget, cancellationToken));

    /// <summary>Saves a blob in each that does not know it yet.</summary>
    /// <returns>New if it was new to one of them.</returns>
    public async ValueTask<SavedBlob> SaveAsync(BlobType type, ReadOnlyMemory<byte> plaintext, CancellationToken cancellationToken)
    {
        BlobId id = BlobId.Of(plaintext.Span);
        SavedBlob result = await _all[0].SaveAsync(type, id, plaintext, cancellationToken).ConfigureAwait(false);
        for (int i = 1; i < _all.Length; i++)
        {
            SavedBlob saved = await _all[i].SaveAsync(type, id, plaintext, cancellationToken).ConfigureAwait(false);
            result = result.IsNew ? result : saved;
        }

        ThrowIfAllFailed();
        return result;
    }

    /// <summary>Begins a tree that is too long to be in memory as a whole.</summary>
    public LongTree BeginLong() => new([.. _all.Select(target => target.BeginLong())]);

    /// <summary>Saves a tree that came in pieces in each that does not know it yet.</summary>
    /// <returns>New if it was new to one of them.</returns>
    public async ValueTask<SavedBlob> SaveTreeAsync(LongTree tree, CancellationToken cancellationToken)
    {
        SavedBlob result = default;
        for (int i = 0; i < _all.Length; i++)
        {
            if (tree[i] is { } blob)
            {
                SavedBlob saved = await _all[i].SaveTreeAsync(blob, cancellationToken).ConfigureAwait(false);
                result = result.IsNew ? result : saved;
            }
        }

        ThrowIfAllFailed();
        return result;
    }

    /// <summary>Whether every one of them has all these data blobs.</summary>
    public bool HasAll(IReadOnlyList<BlobId> content) => Array.TrueForAll(_all, target => target.HasAll(content));

    /// <summary>Waits until in each everything is stored whose saving has begun; see <see cref="BlobWriter.FlushAsync"/>.</summary>
    public Task FlushAsync(CancellationToken cancellationToken) => ForEachAsync(target => target.FlushAsync(cancellationToken));

    /// <summary>Stores everything, and ends the uploads.</summary>
    public Task CompleteAsync(CancellationToken cancellationToken) => ForEachAsync(target => target.CompleteAsync(cancellationToken));

    /// <summary>Loads the nodes of a tree, to be gone through once, from the first that has it sound.</summary>
    /// <exception cref="RepositoryDamagedException">Those that have it have it damaged, or none has it.</exception>
    public async Task<IEnumerable<Node>> LoadNodesAsync(BlobId id, CancellationToken cancellationToken)
    {
        Exception? damage = null;
        foreach (BackupTarget target in _all.OrderByDescending(target => target.Repository.Index.Contains(BlobType.Tree, id)))
        {
            IEnumerable<Node>? nodes = null;
            await target.TryAsync(LoadAsync, cancellationToken).ConfigureAwait(false);
            if (nodes is not null)
            {
                return nodes;
            }

            async Task LoadAsync()
            {
                try
                {
                    nodes = await target.Repository.LoadNodesAsync(id, cancellationToken).ConfigureAwait(false);
                }
                catch (RepositoryDamagedException exception)
                {
                    damage ??= exception; // no reason not to save anything there
                }
            }
        }

        ThrowIfAllFailed();
        return damage is null || IsWithFailed(id) ? Array.Empty<Node>() : Rethrow<IEnumerable<Node>>(damage);
    }

    /// <summary>What became of each.</summary>
    /// <param name="summaries">The summary of each that has not failed.</param>
    public IReadOnlyList<BackupTargetResult> ResultsOf(IReadOnlyDictionary<BackupTarget, BackupSummary> summaries)
    {
        return [.. _all.Select(target => new BackupTargetResult
        {
            Location = target.Repository.Backend.Location,
            Summary = summaries.GetValueOrDefault(target),
            Error = summaries.ContainsKey(target) ? null : target.Failure as BackupException ?? Rethrow<BackupException>(target.Failure),
        })];
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (BackupTarget target in _all)
        {
            await target.DisposeAsync().ConfigureAwait(false);
        }

        _allFailed.Dispose();
    }

    /// <summary>Whether a tree can't be had only because the repository that has it has failed.</summary>
    private bool IsWithFailed(BlobId tree) =>
        Array.Exists(_all, target => target.Failure is not null && target.Repository.Index.Contains(BlobType.Tree, tree));

    private static T Rethrow<T>(Exception? exception)
    {
        ExceptionDispatchInfo.Throw(exception ?? new InvalidOperationException("A repository has neither a summary nor a failure."));
        return default;
    }

    private void ThrowIfAllFailed()
    {
        if (HaveAllFailed)
        {
            ExceptionDispatchInfo.Throw(_all[0].Failure ?? new InvalidOperationException("There is no repository to save to."));
        }
    }

    private void WhenOneFailed()
    {
        if (HaveAllFailed)
        {
            _allFailed.Cancel();
        }
    }
}
