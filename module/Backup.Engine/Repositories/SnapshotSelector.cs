using System.Collections.Concurrent;

namespace Backup.Engine.Repositories;

/// <summary>Chooses snapshots by what people write, or by a filter.</summary>
internal sealed class SnapshotSelector(OpenedRepository repository)
{
    /// <summary>Chooses snapshots.</summary>
    /// <param name="wanted">Ids, beginnings of ids, <c>latest</c>; empty: all that the filter chooses.</param>
    /// <param name="filter">Chooses among all, and those that <c>latest</c> is taken from.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <exception cref="SnapshotNotFoundException">One that is wanted is not there.</exception>
    /// <exception cref="SnapshotAmbiguousException">Several begin like one that is wanted.</exception>
    public async Task<SnapshotSelection> SelectAsync(
        IReadOnlyList<string> wanted, SnapshotFilter filter, CancellationToken cancellationToken)
    {
        if (wanted.Count == 0)
        {
            SnapshotSelection all = await LoadAllAsync(cancellationToken).ConfigureAwait(false);
            return filter.IsEmpty ? all : all with { Snapshots = [.. all.Snapshots.Where(filter.Matches)] };
        }

        var chosen = new Dictionary<SnapshotId, Snapshot>();
        foreach (string text in wanted)
        {
            Snapshot snapshot = await repository.FindSnapshotAsync(text, filter, cancellationToken).ConfigureAwait(false);
            chosen[snapshot.Id] = snapshot;
        }

        return new SnapshotSelection([.. chosen.Values], []);
    }

    private async Task<SnapshotSelection> LoadAllAsync(CancellationToken cancellationToken)
    {
        var snapshots = new ConcurrentBag<Snapshot>();
        var damaged = new ConcurrentBag<(SnapshotId Id, RepositoryDamagedException Error)>();
        await Parallel.ForEachAsync(
            repository.Backend.ListAsync(FileKind.Snapshot, cancellationToken),
            new ParallelOptions
            {
                MaxDegreeOfParallelism = Math.Max(Environment.ProcessorCount, repository.Backend.Connections),
                CancellationToken = cancellationToken,
            },
            async (file, token) =>
            {
                var id = new SnapshotId(file.Handle.Name);
                try
                {
                    snapshots.Add(await repository.LoadSnapshotAsync(id, token).ConfigureAwait(false));
                }
                catch (BackendFileNotFoundException)
                {
                    // Somebody forgot it since it was listed, so it is none of the snapshots any more.
                }
                catch (RepositoryDamagedException exception)
                {
                    damaged.Add((id, exception));
                }
                catch (BackendException exception) when (!exception.IsTransient)
                {
                    damaged.Add((id, new RepositoryDamagedException(
                        $"The snapshot {id} can't be read. {exception.Message}", exception)));
                }
            }).ConfigureAwait(false);
        return new SnapshotSelection([.. snapshots], [.. damaged.OrderBy(file => file.Id.Hash)]);
    }
}
