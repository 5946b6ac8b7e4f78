using Backup.Engine.Repositories;

namespace Backup.Engine.Maintenance;

/// <summary>Changes the tags of snapshots.</summary>
internal sealed class SnapshotTagger(OpenedRepository repository, TagOptions options, IProgress<SnapshotProgress>? progress)
{
    /// <summary>Changes them.</summary>
    public Task<SnapshotChanges> RunAsync(CancellationToken cancellationToken)
    {
        options.Validate();
        return LockScope.ChangeAsync(repository, LockKind.Exclusive, TagAsync, cancellationToken);
    }

    private async Task<SnapshotChanges> TagAsync(LockScope scope)
    {
        using var pace = new SnapshotPace(progress, repository.Time);
        SnapshotSelection selection = await new SnapshotSelector(repository)
            .SelectAsync(options.Snapshots, options.Filter, scope.Token).ConfigureAwait(false);
        IEnumerable<SnapshotChange> changes =
            from old in selection.RequireAll()
            let tags = TagsOf(old)
            where !tags.SequenceEqual(old.Tags)
            select new SnapshotChange(old, old with { Id = default, Tags = tags, Original = old.Original ?? old.Id });
        return await new SnapshotReplacer(repository, scope, pace).ApplyAsync([.. changes], removeOld: true).ConfigureAwait(false);
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
