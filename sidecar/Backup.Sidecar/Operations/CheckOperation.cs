using Backup.Engine;
using Backup.Sidecar.Jobs;

namespace Backup.Sidecar.Operations;

/// <summary>Looks for damage.</summary>
internal static class CheckOperation
{
    public static async Task<JobResult> RunAsync(
        Repository repository, CheckRequest request, Action<JobProgress> progress, CancellationToken cancellationToken)
    {
        var options = new CheckOptions
        {
            ReadData = request.ReadData ? PackSelection.All
                : request.ReadDataSubset is { } subset ? PackSelection.Parse(subset)
                : null,
        };
        CheckReport report = await repository.CheckAsync(options, new ProgressTo<CheckProgress>(Report), cancellationToken);
        IEnumerable<CheckProblem> errors = report.Problems.Where(problem => problem.Severity == CheckSeverity.Error);
        return new JobResult
        {
            Check = CheckResult.From(report),
            ProblemCount = report.Errors,
            Problems =
            [
                .. errors.Take(JobResult.MaxProblems).Select(problem => new ItemProblem(
                    problem.File?.ToString() ?? problem.Blob?.ToString() ?? "repository", problem.Message)),
            ],
        };

        void Report(CheckProgress now) => progress(new JobProgress
        {
            Phase = now.Phase.ToString().ToLowerInvariant(),
            ItemsDone = now.Done,
            ItemsTotal = now.Total,
            BytesDone = now.BytesDone,
            BytesTotal = now.BytesTotal,
            Problems = now.Errors,
            ElapsedSeconds = now.Elapsed.TotalSeconds,
        });
    }
}
