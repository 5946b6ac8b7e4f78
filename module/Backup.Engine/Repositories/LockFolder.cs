namespace Backup.Engine.Repositories;

/// <summary>All locks of a repository, our own ones included.</summary>
/// <param name="files">The repository's documents.</param>
/// <param name="us">Who asks.</param>
/// <param name="time">The clock.</param>
internal sealed class LockFolder(IUnpackedFiles files, LockIdentity us, TimeProvider time)
{
    /// <summary>A lock that can't be read may be on its way still: so often it is tried again, and so long is waited first.</summary>
    private const int UnreadableRetries = 3;

    /// <summary>A lock that is refreshed between listing and reading has a new name: so often the list is read again.</summary>
    private const int MaxListings = 10;

    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(5);

    /// <summary>Finds a lock that keeps us from ours.</summary>
    /// <param name="wanted">Which lock is wanted.</param>
    /// <param name="own">Locks that don't count.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <returns>One that keeps us out, or null.</returns>
    /// <exception cref="RepositoryDamagedException">Nothing keeps us out but a lock that can't be read: who knows what it says.</exception>
    public async Task<LockFile?> FindConflictAsync(
        LockKind wanted, IReadOnlySet<Digest> own, CancellationToken cancellationToken)
    {
        var harmless = new HashSet<Digest>(own);
        TimeSpan wait = FirstWait;
        for (int retry = 0; ; retry++)
        {
            try
            {
                return await FindConflictOnceAsync(wanted, harmless, cancellationToken).ConfigureAwait(false);
            }
            catch (RepositoryDamagedException exception) when (retry == UnreadableRetries)
            {
                throw new RepositoryDamagedException(
                    $"{exception.Message} Nobody can tell whether the repository {files.Backend.Location} may be used. "
                        + $"If no other program uses it, remove all locks with {Remedy.UnlockAll}.",
                    exception);
            }
            catch (Exception exception) when (retry < UnreadableRetries && exception is RepositoryDamagedException or BackendException { IsTransient: true })
            {
                // Not lost: the last retry throws it.
                await Task.Delay(wait, time, cancellationToken).ConfigureAwait(false);
                wait *= 2;
            }
        }
    }

    /// <summary>Removes locks.</summary>
    /// <param name="removeAll">All of them, else those that are stale.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>How many were removed.</returns>
    public async Task<int> RemoveAsync(bool removeAll, CancellationToken cancellationToken)
    {
        int count = 0;
        foreach (BackendFile file in await ListAsync(cancellationToken).ConfigureAwait(false))
        {
            if (removeAll || await IsStaleAsync(file, cancellationToken).ConfigureAwait(false))
            {
                await files.Backend.DeleteAsync(file.Handle, cancellationToken).ConfigureAwait(false);
                count++;
            }
        }

        return count;
    }

    /// <summary>Removes locks that were saved although the answer was an error, so that nobody knows their names.</summary>
    /// <param name="isOurs">Recognizes them.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task RemoveStrayAsync(Func<LockFile, bool> isOurs, CancellationToken cancellationToken)
    {
        foreach (BackendFile file in await ListAsync(cancellationToken).ConfigureAwait(false))
        {
            if (file.Size > 0 && await TryLoadAsync(file, cancellationToken).ConfigureAwait(false) is { } other && isOurs(other))
            {
                await files.Backend.DeleteAsync(file.Handle, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>All locks but our own. Of a lock that is being refreshed two may be found.</summary>
    /// <exception cref="RepositoryDamagedException">There is one that can't be read: who knows whose it is.</exception>
    public async Task<IReadOnlyList<LockFile>> ListOthersAsync(Func<IReadOnlySet<Digest>> own, CancellationToken cancellationToken)
    {
        var found = new Dictionary<Digest, LockFile>();

        // Twice: a lock that is refreshed while the files are listed may be missed by one listing, not by both.
        for (int complete = 0, listing = 1; complete < 2; listing++)
        {
            try
            {
                foreach (BackendFile file in await ListAsync(cancellationToken).ConfigureAwait(false))
                {
                    if (file.Size > 0 && !found.ContainsKey(file.Handle.Name) && !own().Contains(file.Handle.Name))
                    {
                        found[file.Handle.Name] = await LoadAsync(file, cancellationToken).ConfigureAwait(false);
                    }
                }

                complete++;
            }
            catch (BackendFileNotFoundException) when (listing < MaxListings)
            {
                // Removed since the listing, or refreshed: then it has another name, which only a new listing shows.
            }
        }

        return [.. found.Where(pair => !own().Contains(pair.Key)).Select(pair => pair.Value)];
    }

    /// <summary>Whether there is a lock of this name.</summary>
    public async Task<bool> ContainsAsync(Digest name, CancellationToken cancellationToken) =>
        (await ListAsync(cancellationToken).ConfigureAwait(false)).Exists(file => file.Handle.Name == name);

    private async Task<LockFile?> FindConflictOnceAsync(
        LockKind wanted, HashSet<Digest> harmless, CancellationToken cancellationToken)
    {
        for (int listing = 1; ; listing++)
        {
            RepositoryDamagedException? unreadable = null;
            try
            {
                foreach (BackendFile file in await ListAsync(cancellationToken).ConfigureAwait(false))
                {
                    // An empty one was cut off when it was written: nobody holds it. (As restic.)
                    if (file.Size == 0 || harmless.Contains(file.Handle.Name))
                    {
                        continue;
                    }

                    try
                    {
                        LockFile other = await LoadAsync(file, cancellationToken).ConfigureAwait(false);
                        if (other.ConflictsWith(wanted))
                        {
                            return other;
                        }

                        harmless.Add(file.Handle.Name);
                    }
                    catch (RepositoryDamagedException exception)
                    {
                        unreadable = exception; // a conflict that can be read tells people more
                    }
                }

                return unreadable is null ? null : throw unreadable;
            }
            catch (BackendFileNotFoundException) when (listing < MaxListings)
            {
                // Removed since the listing, or refreshed: then it has another name, which only a new listing shows.
            }
        }
    }

    private async Task<bool> IsStaleAsync(BackendFile file, CancellationToken cancellationToken) =>
        file.Size > 0
        && await TryLoadAsync(file, cancellationToken).ConfigureAwait(false) is { } found
        && found.IsStale(us, time.GetUtcNow());

    private async Task<LockFile?> TryLoadAsync(BackendFile file, CancellationToken cancellationToken)
    {
        try
        {
            return await LoadAsync(file, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is BackendFileNotFoundException or RepositoryDamagedException)
        {
            return null; // gone, or nobody can tell whose it is: left to --remove-all, as with restic
        }
    }

    private async Task<LockFile> LoadAsync(BackendFile file, CancellationToken cancellationToken) =>
        LockFile.Decode(
            await files.LoadUnpackedAsync(FileKind.Lock, file.Handle.Name, cancellationToken).ConfigureAwait(false),
            file.Handle.Name);

    private async Task<List<BackendFile>> ListAsync(CancellationToken cancellationToken)
    {
        var locks = new List<BackendFile>();
        await foreach (BackendFile file in files.Backend.ListAsync(FileKind.Lock, cancellationToken).ConfigureAwait(false))
        {
            locks.Add(file);
        }

        return locks;
    }
}
