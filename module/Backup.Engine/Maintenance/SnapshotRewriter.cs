using Backup.Engine.Concurrency;
using Backup.Engine.Json;
using Backup.Engine.Repositories;
using Backup.Engine.Sources;

namespace Backup.Engine.Maintenance;

/// <summary>
/// Makes snapshots anew with less in them, or with another host or time. All new trees are stored, with their index, before
/// the first new snapshot is, and each new one before its old one is removed.
/// </summary>
internal sealed class SnapshotRewriter(OpenedRepository repository, RewriteOptions options, IProgress<SnapshotProgress>? progress)
{
    /// <summary>Tells new snapshots from the old ones beside them.</summary>
    private const string Tag = "rewrite";

    private readonly ItemFilter _filter = ItemFilter.Create(
        options.Includes, options.IncludesIgnoreCase, options.Excludes, options.ExcludesIgnoreCase);

    /// <summary>Rewrites them.</summary>
    public Task<SnapshotChanges> RunAsync(CancellationToken cancellationToken)
    {
        options.Validate();
        return options.DryRun
            ? LockScope.ReadAsync(
                repository,
                async token =>
                {
                    using var pace = new SnapshotPace(progress, repository.Time);
                    return new SnapshotChanges { Changed = await PlanAsync(pace, token).ConfigureAwait(false), IsDryRun = true };
                },
                cancellationToken)
            : LockScope.ChangeAsync(
                repository,
                options.Forget ? LockKind.Exclusive : LockKind.Shared,
                async scope =>
                {
                    using var pace = new SnapshotPace(progress, repository.Time);
                    List<SnapshotChange> changes = await PlanAsync(pace, scope.Token).ConfigureAwait(false);
                    return await new SnapshotReplacer(repository, scope, pace).ApplyAsync(changes, options.Forget).ConfigureAwait(false);
                },
                cancellationToken);
    }

    /// <summary>Stores the new trees, and finds out what the new snapshots are.</summary>
    private async Task<List<SnapshotChange>> PlanAsync(SnapshotPace pace, CancellationToken cancellationToken)
    {
        SnapshotSelection selection = await new SnapshotSelector(repository)
            .SelectAsync(options.Snapshots, options.Filter, cancellationToken).ConfigureAwait(false);
        Snapshot[] snapshots = [.. selection.RequireAll().OrderBy(snapshot => snapshot.Time)];
        pace.Begin(isChanging: false, snapshots.Length);
        if (!_filter.IsActive && !options.AddSummary)
        {
            return [.. snapshots.Select(snapshot => Change(snapshot, default)).OfType<SnapshotChange>()];
        }

        await repository.LoadIndexAsync(cancellationToken).ConfigureAwait(false);
        List<SnapshotChange> changes = [];
        using var stages = new StageGroup(cancellationToken);
        using var writer = new BlobWriter(repository, stages, options.DryRun);
        var trees = new TreeRewriter(repository, _filter, writer, options.ItemExcluded);
        stages.Start(async token =>
        {
            foreach (Snapshot snapshot in snapshots)
            {
                RewrittenTree tree = await trees.RewriteAsync(snapshot.Tree, token).ConfigureAwait(false);
                if (tree.Tree is not null && Change(snapshot, tree) is { } change)
                {
                    changes.Add(change);
                }

                pace.Advance();
            }

            await writer.CompleteAsync(token).ConfigureAwait(false);
        });
        await stages.WhenAllAsync().ConfigureAwait(false);
        return changes;
    }

    /// <summary>The change of a snapshot; null if it is right already.</summary>
    /// <param name="old">The snapshot.</param>
    /// <param name="rewritten">Its new tree; no tree: it was not looked at.</param>
    private SnapshotChange? Change(Snapshot old, RewrittenTree rewritten)
    {
        BlobId tree = rewritten.Tree ?? old.Tree;
        bool countsAnew = tree != old.Tree || (options.AddSummary && old.Summary is null);
        Timestamp time = options.NewTime is { } newTime ? Timestamp.From(newTime) : old.Time;
        string host = options.NewHostname ?? old.Hostname;
        if (!countsAnew && time == old.Time && host == old.Hostname)
        {
            return null;
        }

        SnapshotSummary counts = old.Summary ?? new SnapshotSummary { BackupStart = Rfc3339.Missing, BackupEnd = Rfc3339.Missing };
        return new SnapshotChange(old, old with
        {
            Id = default,
            Tree = tree,
            Time = time,
            Hostname = host,
            Original = old.Id,
            Tags = options.Forget || old.Tags.Contains(Tag) ? old.Tags : [.. old.Tags, Tag],
            Summary = countsAnew
                ? counts with { TotalFilesProcessed = rewritten.Files, TotalBytesProcessed = rewritten.Bytes }
                : old.Summary,
        });
    }
}
