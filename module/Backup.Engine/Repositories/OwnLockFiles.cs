namespace Backup.Engine.Repositories;

/// <summary>The lock files that one lock has in the repository: one, two while it is refreshed, more where removing failed.</summary>
/// <param name="files">The repository's documents.</param>
/// <param name="us">Who holds the lock.</param>
/// <param name="kind">What lock it is.</param>
/// <param name="options">The clock, and who hears of what fails.</param>
internal sealed class OwnLockFiles(IUnpackedFiles files, LockIdentity us, LockKind kind, RepositoryOptions options)
{
    private readonly Lock _gate = new();
    private readonly HashSet<Digest> _names = [];

    /// <summary>The times in locks that may have been saved although the answer was an error: nobody knows their names.</summary>
    private readonly HashSet<Timestamp> _uncertain = [];

    /// <summary>Their names.</summary>
    public IReadOnlySet<Digest> Names
    {
        get
        {
            lock (_gate)
            {
                return new HashSet<Digest>(_names);
            }
        }
    }

    /// <summary>Saves one more.</summary>
    /// <returns>Its name and the time in it.</returns>
    public async Task<(Digest Name, DateTimeOffset Time)> SaveAsync(CancellationToken cancellationToken)
    {
        DateTimeOffset now = options.Time.GetLocalNow();
        var file = new LockFile(Timestamp.From(now), kind == LockKind.Exclusive, us) { IsPruning = kind == LockKind.Pruning };
        lock (_gate)
        {
            _uncertain.Add(file.Time);
        }

        Digest name = await files.SaveUnpackedAsync(FileKind.Lock, file.Encode(), cancellationToken).ConfigureAwait(false);
        lock (_gate)
        {
            _uncertain.Remove(file.Time);
            _names.Add(name);
        }

        return (name, now);
    }

    /// <summary>Removes one.</summary>
    public async Task DeleteAsync(Digest name, CancellationToken cancellationToken)
    {
        await files.Backend.DeleteAsync(new FileHandle(FileKind.Lock, name), cancellationToken).ConfigureAwait(false);
        lock (_gate)
        {
            _names.Remove(name);
        }
    }

    /// <summary>Removes all of them. What fails is told, not thrown: they will be stale after half an hour.</summary>
    /// <param name="folder">All locks of the repository.</param>
    /// <param name="patience">A backend that does not answer is waited for no longer.</param>
    public async Task RemoveAllAsync(LockFolder folder, TimeSpan patience)
    {
        using var limit = new CancellationTokenSource(patience, options.Time);
        foreach (Digest name in Names)
        {
            await TryAsync(DeleteAsync(name, limit.Token), limit.Token).ConfigureAwait(false);
        }

        Timestamp[] uncertain;
        lock (_gate)
        {
            uncertain = [.. _uncertain];
            _uncertain.Clear();
        }

        if (uncertain.Length > 0)
        {
            await TryAsync(folder.RemoveStrayAsync(other => IsOurs(other, uncertain), limit.Token), limit.Token)
                .ConfigureAwait(false);
        }
    }

    private async Task TryAsync(Task removal, CancellationToken limit)
    {
        try
        {
            await removal.WaitAsync(limit).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is BackupException || limit.IsCancellationRequested)
        {
            options.Warn?.Invoke(
                $"Our lock on the repository {files.Backend.Location} could not be removed: {exception.Message} "
                    + $"It is stale after half an hour; {Remedy.Unlock} removes it then.");
        }
    }

    private bool IsOurs(LockFile other, Timestamp[] uncertain) =>
        other.Exclusive == (kind == LockKind.Exclusive) && other.IsPruning == (kind == LockKind.Pruning) && other.Holder == us
        && Array.Exists(uncertain, other.Time.IsSameInstant);
}
