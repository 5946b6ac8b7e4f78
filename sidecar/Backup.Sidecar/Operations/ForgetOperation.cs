using Backup.Engine;
using Backup.Sidecar.Jobs;

namespace Backup.Sidecar.Operations;

/// <summary>Removes snapshots that no rule wants to keep.</summary>
internal static class ForgetOperation
{
    public static async Task<JobResult> RunAsync(
        Repository repository, ForgetOptions options, bool prune, RepositoryTurns turns, BackupJob job, CancellationToken cancellationToken)
    {
        await using IAsyncDisposable? turn = options.DryRun ? null : await turns.TakeAsync(job, cancellationToken);
        ForgetResult result = await LeftLocks.PassAsync(repository, () => repository.ForgetAsync(options, cancellationToken), cancellationToken);
        PruneResult? pruned = prune && !options.DryRun
            ? await LeftLocks.PassAsync(repository, () => repository.PruneAsync(new PruneOptions(), progress: null, cancellationToken), cancellationToken)
            : null;
        return new JobResult
        {
            Forget = ForgetResultSummary.From(result) with { BytesFreed = pruned?.Bytes.RemoveTotal },
            ProblemCount = result.Failures.Count,
            Problems = [.. result.Failures.Take(JobResult.MaxProblems).Select(ToProblem)],
        };
    }

    private static ItemProblem ToProblem(SnapshotFailure failure) => new(failure.Snapshot.Id.ToString(), failure.Error.Message);
}
