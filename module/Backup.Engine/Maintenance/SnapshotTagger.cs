using System.Collections.Concurrent;
using Backup.Engine.Repositories;

namespace Backup.Engine.Maintenance;

/// <summary>Changes the tags of snapshots.</summary>
internal sealed class SnapshotTagger(OpenedRepository repository, TagOptions options)
{
    /// <summary>Changes them.</summary>
    public Task<SnapshotChanges> RunAsync(CancellationToken cancellationToken)
    {
        options.Validate();
        return LockScope.ChangeAsync(repository, exclusive: true, TagAsync, cancellationToken);
    }

    private async Task<SnapshotChanges> TagAsync(LockScope scope)
    {
        SnapshotSelection selection = await new SnapshotSelector(repository)
            .SelectAsync(options.Snapshots, options.Filter, scope.Token).ConfigureAwait(false);
        var changed = new ConcurrentBag<SnapshotChange>();
        var failures = new ConcurrentBag<SnapshotFailure>();
        var replacer = new SnapshotReplacer(repository, scope);
        await Parallel.ForEachAsync(
            selection.RequireAll(),
            new ParallelOptions { MaxDegreeOfParallelism = repository.Backend.Connections, CancellationToken = scope.Token },
            async (old, token) =>
            {
                IReadOnlyList<string> tags = TagsOf(old);
                if (tags.SequenceEqual(old.Tags))
                {
                    return;
                }

                try
                {
                    var change = new SnapshotChange(old, old with { Tags = tags, Original = old.Original ?? old.Id });
                    changed.Add(change with { New = await replacer.ReplaceAsync(change, token).ConfigureAwait(false) });
                }
                catch (BackendException exception)
                {
                    failures.Add(new SnapshotFailure(old, exception)); // the others can be changed all the same
                }
            }).ConfigureAwait(false);
        return new SnapshotChanges
        {
            Changed = [.. changed.OrderBy(change => change.Old.Time)],
            Failures = [.. failures.OrderBy(failure => failure.Snapshot.Time)],
        };
    }

    private IReadOnlyList<string> TagsOf(Snapshot snapshot)
    {
        if (options.Set is { } set)
        {
            return [.. set.Distinct(), .. snapshot.IsIncomplete && !set.Contains(Snapshot.IncompleteTag) ? [Snapshot.IncompleteTag] : Array.Empty<string>()];
        }

        return [.. snapshot.Tags.Concat(options.Add.Distinct().Except(snapshot.Tags)).Where(tag => !options.Remove.Contains(tag))];
    }
}
