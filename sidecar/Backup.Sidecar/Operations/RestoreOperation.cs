using Backup.Engine;
using Backup.Sidecar.CommandLine;
using Backup.Sidecar.Configuration;
using Backup.Sidecar.Jobs;

namespace Backup.Sidecar.Operations;

/// <summary>Restores files of a snapshot below an allowed root.</summary>
internal static class RestoreOperation
{
    public static async Task<JobResult> RunAsync(
        Repository repository, RestoreRequest request, ServiceOptions options, Action<JobProgress> progress, CancellationToken cancellationToken)
    {
        var paths = new RequestPaths(options);
        string target = paths.ToRestore(request.Target, request.Delete); // again: links may have changed since it was accepted
        string[] own = [.. paths.OwnBelow(target).Select(path => RequestPaths.PatternOf(path, target))];
        var restore = new RestoreOptions
        {
            Snapshot = new SnapshotPath(request.Snapshot, request.Folder ?? "").ToString(),
            Filter = new SnapshotFilter
            {
                Hosts = request.Host is null ? [] : [request.Host],
                TagLists = request.Tags.Count == 0 ? [] : [request.Tags],
                Paths = request.Paths,
            },
            Target = target,
            Includes = request.Include.Count == 0 ? [] : [.. request.Include, .. own.Select(pattern => "!" + pattern)], // the last one counts
            Excludes = request.Include.Count == 0 ? [.. request.Exclude, .. own] : [],
            Overwrite = request.Overwrite,
            Delete = request.Delete,
            Verify = request.Verify,
            DryRun = request.DryRun,
        };
        RestoreSummary summary = await repository.RestoreAsync(restore, new ProgressTo<RestoreProgress>(Report), cancellationToken);
        return new JobResult
        {
            Restore = RestoreResult.From(summary),
            ProblemCount = summary.ErrorCount,
            Problems = [.. summary.Errors.Take(JobResult.MaxProblems).Select(issue => new ItemProblem(JsonFields.Text(issue.Path), issue.Message))],
        };

        void Report(RestoreProgress now) => progress(new JobProgress
        {
            Phase = now.Phase.ToString().ToLowerInvariant(),
            ItemsDone = now.ItemsDone,
            ItemsTotal = now.IsPlanComplete ? now.ItemsTotal : 0,
            BytesDone = now.BytesDone,
            BytesTotal = now.IsPlanComplete ? now.BytesTotal : 0,
            Problems = now.Errors,
            ElapsedSeconds = now.Elapsed.TotalSeconds,
        });
    }
}
