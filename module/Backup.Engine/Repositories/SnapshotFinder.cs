namespace Backup.Engine.Repositories;

/// <summary>Finds one snapshot by what people write.</summary>
internal sealed class SnapshotFinder(OpenedRepository repository)
{
    /// <summary>Finds it.</summary>
    /// <param name="text">A full id, a prefix that only one id has, or <c>latest</c>.</param>
    /// <param name="filter">What <c>latest</c> is chosen from.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <exception cref="SnapshotNotFoundException">There is none.</exception>
    /// <exception cref="SnapshotAmbiguousException">There are several.</exception>
    public async Task<Snapshot> FindAsync(string text, SnapshotFilter filter, CancellationToken cancellationToken)
    {
        if (text == SnapshotPath.Latest)
        {
            return await FindLatestAsync(filter, cancellationToken).ConfigureAwait(false);
        }

        string prefix = text.ToLowerInvariant();
        if (Digest.TryParse(prefix, out Digest name))
        {
            try
            {
                return await repository.LoadSnapshotAsync(new SnapshotId(name), cancellationToken).ConfigureAwait(false);
            }
            catch (BackendFileNotFoundException exception)
            {
                throw new SnapshotNotFoundException($"There is no snapshot {text}. List them with {Remedy.ListSnapshots}.", exception);
            }
        }

        var found = new List<SnapshotId>();
        if (prefix.Length is > 0 and < 2 * Digest.Length && prefix.All(char.IsAsciiHexDigit))
        {
            await foreach (BackendFile file in repository.Backend.ListAsync(FileKind.Snapshot, cancellationToken).ConfigureAwait(false))
            {
                if (file.Handle.Name.ToString().StartsWith(prefix, StringComparison.Ordinal))
                {
                    found.Add(new SnapshotId(file.Handle.Name));
                }
            }
        }

        return found.Count switch
        {
            1 => await repository.LoadSnapshotAsync(found[0], cancellationToken).ConfigureAwait(false),
            0 => throw new SnapshotNotFoundException(
                $"There is no snapshot «{text}». An id, the beginning of one, or «latest» is expected; list them with {Remedy.ListSnapshots}."),
            _ => throw new SnapshotAmbiguousException(
                $"{found.Count} snapshots begin with «{text}»: {string.Join(", ", found.Select(id => id.ToString()[..Math.Max(12, text.Length + 4)]))}. Write more of the id."),
        };
    }

    private async Task<Snapshot> FindLatestAsync(SnapshotFilter filter, CancellationToken cancellationToken)
    {
        SnapshotSelection all = await new SnapshotSelector(repository).SelectAsync([], filter, cancellationToken)
            .ConfigureAwait(false);
        if (all.Damaged.Count > 0)
        {
            // It may be the newest: an older one must not pass for it.
            RepositoryDamagedException error = all.Damaged[0].Error;
            throw new RepositoryDamagedException($"{error.Message} It may be the latest, so write the id of the snapshot that you want.", error);
        }

        Snapshot? latest = all.Snapshots
            .Where(snapshot => !snapshot.Tags.Contains(Snapshot.IncompleteTag))
            .MaxBy(snapshot => snapshot.Time);
        return latest ?? throw new SnapshotNotFoundException(
            filter.IsEmpty
                ? "The repository has no snapshot yet."
                : $"No snapshot matches the filter. List them with {Remedy.ListSnapshots}.");
    }
}
