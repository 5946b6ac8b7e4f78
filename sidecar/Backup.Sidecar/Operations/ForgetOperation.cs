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
        ForgetResult result = await repository.ForgetAsync(options, cancellationToken);
        PruneResult? pruned = prune && !options.DryRun
            ? await repository.PruneAsync(new PruneOptions(), progress: null, cancellationToken)
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
