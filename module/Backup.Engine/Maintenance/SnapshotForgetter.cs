using System.Collections.Concurrent;
using Backup.Engine.Repositories;
using Backup.Engine.Snapshots;

namespace Backup.Engine.Maintenance;

/// <summary>Removes snapshots: those that are named, or those that a policy does not keep. Their data stays until it is pruned.</summary>
internal sealed class SnapshotForgetter(OpenedRepository repository, ForgetOptions options, IProgress<SnapshotProgress>? progress)
{
    /// <summary>Removes them.</summary>
    public Task<ForgetResult> RunAsync(CancellationToken cancellationToken)
    {
        options.Validate();
        return options.DryRun
            ? LockScope.ReadAsync(repository, PlanAsync, cancellationToken)
            : LockScope.ChangeAsync(repository, LockKind.Exclusive, ForgetAsync, cancellationToken);
    }

    private async Task<ForgetResult> ForgetAsync(LockScope scope) =>
        await RemoveAsync(await PlanAsync(scope.Token).ConfigureAwait(false), scope).ConfigureAwait(false);

    private async Task<ForgetResult> PlanAsync(CancellationToken cancellationToken)
    {
        SnapshotSelection selection = await new SnapshotSelector(repository)
            .SelectAsync(options.Snapshots, options.Filter, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<Snapshot> snapshots = selection.RequireAll(); // the missing ones may be those that a policy would keep
        if (options.Snapshots.Count > 0)
        {
            return new ForgetResult { Groups = [], Removed = snapshots, IsDryRun = options.DryRun };
        }

        var judge = new RetentionJudge(options.Policy, repository.Time);
        List<ForgetGroup> groups = [.. SnapshotGrouper.Group(snapshots, options.GroupBy, latest: 0).Select(judge.Judge)];
        if (!options.Policy.IsEmpty && groups.Find(IsEmptied) is { } emptied)
        {
            throw new ForgetRefusedException(
                $"No snapshot would be left of {Describe(emptied.Group)}; nothing was removed. Keep some of it, or choose other snapshots by host, tags or paths.");
        }

        return new ForgetResult
        {
            Groups = groups,
            Removed = [.. groups.SelectMany(group => group.Remove)],
            IsDryRun = options.DryRun,
        };
    }

    private static bool IsEmptied(ForgetGroup group) =>
        group.Keep.All(kept => kept.Snapshot.IsIncomplete) && group.Remove.Any(snapshot => !snapshot.IsIncomplete);

    private static string Describe(SnapshotGroup group)
    {
        string[] common =
        [
            .. group.Hostname is null ? [] : new[] { $"host {group.Hostname}" },
            .. group.Paths is null ? [] : new[] { $"paths [{string.Join(", ", group.Paths)}]" },
            .. group.Tags is null ? [] : new[] { $"tags [{string.Join(", ", group.Tags)}]" },
        ];
        return common.Length == 0 ? "the repository" : string.Join(", ", common);
    }

    private async Task<ForgetResult> RemoveAsync(ForgetResult plan, LockScope scope)
    {
        var failures = new ConcurrentDictionary<SnapshotId, BackupException>();
        using var pace = new SnapshotPace(progress, repository.Time);
        pace.Begin(isChanging: true, plan.Removed.Count);
        await Parallel.ForEachAsync(
            plan.Removed,
            new ParallelOptions { MaxDegreeOfParallelism = repository.Backend.Connections, CancellationToken = scope.Token },
            async (snapshot, token) =>
            {
                try
                {
                    scope.ThrowIfLost();
                    await repository.Backend.DeleteAsync(new FileHandle(FileKind.Snapshot, snapshot.Id.Hash), token)
                        .ConfigureAwait(false);
                    pace.Advance();
                }
                catch (BackendException exception)
                {
                    failures[snapshot.Id] = exception; // the others can be removed all the same
                }
            }).ConfigureAwait(false);
        return plan with
        {
            Removed = [.. plan.Removed.Where(snapshot => !failures.ContainsKey(snapshot.Id))],
            Failures = [.. plan.Removed.Where(snapshot => failures.ContainsKey(snapshot.Id))
                .Select(snapshot => new SnapshotFailure(snapshot, failures[snapshot.Id]))],
        };
    }
}
