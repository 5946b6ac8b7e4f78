using System.CommandLine;
using Backup.Engine;

namespace Backup.Sidecar.CommandLine;

/// <summary>Copies snapshots from another repository.</summary>
internal sealed class CopyVerb : Verb
{
    private readonly Argument<string[]> _snapshots = new("snapshots")
    {
        Description = "Ids, beginnings of ids, or latest, in the other repository (default: all that the options choose)",
        HelpName = "ID",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly SourceRepositoryOptions _source = new();

    private readonly Flag _dryRun = new("--dry-run", "-n") { Description = "Only show what would be copied" };

    private readonly SnapshotFilterOptions _filter = new(isForLatest: false);

    public CopyVerb(VerbContext context)
        : base(context, "copy", "Copy snapshots from another repository. What is here already is not copied again.")
    {
        Arguments.Add(_snapshots);
        Add(_source.All);
        Add(_dryRun);
        Add(_filter.All);
        Examples =
        [
            ("copy -r /srv/second --from-repo /srv/backup --from-password-file /etc/backup.pw", "copies all snapshots"),
            ("copy --from-repo /srv/backup --host web latest", "copies the newest snapshot of a host"),
        ];
    }

    protected override async Task<int> RunAsync(VerbRun run)
    {
        using var reporter = new CopyReporter(run);
        var options = new CopyOptions
        {
            Snapshots = run.Values(_snapshots),
            Filter = _filter.Of(run),
            DryRun = run.Value(_dryRun),
            SnapshotDone = reporter.Tell,
        };
        await using Repository source = await _source.OpenAsync(run);
        await using Repository repository = await run.OpenAsync();
        using var progress = new ProgressSink<CopyProgress>(reporter.Show);
        CopySummary summary = await run.Display.RunAsync(
            run.WantsProgress, () => repository.CopyFromAsync(source, options, progress, run.Token));
        progress.Dispose(); // nothing comes between the lines of the summary
        return reporter.Finish(summary);
    }
}
