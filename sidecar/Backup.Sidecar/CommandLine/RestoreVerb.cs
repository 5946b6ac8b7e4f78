using System.CommandLine;
using Backup.Engine;

namespace Backup.Sidecar.CommandLine;

/// <summary>Restores files of a snapshot.</summary>
internal sealed class RestoreVerb : Verb
{
    private readonly Argument<string> _snapshot = SnapshotArgument.Make();

    private readonly Option<string?> _target = new("--target", "-t")
    {
        Description = "The folder to restore into; made if it isn't there",
        HelpName = "folder",
    };

    private readonly PatternOptions _includes = new("include", "-i", "Restore only");

    private readonly PatternOptions _excludes = new("exclude", "-e", "Leave out");

    private readonly Option<string> _overwrite = new("--overwrite")
    {
        Description = "What to do with existing files: always (default), if-changed (trusting size and time), if-newer or never",
        HelpName = "when",
        DefaultValueFactory = _ => "always",
    };

    private readonly Flag _delete = new("--delete") { Description = "Delete from the folder what the snapshot doesn't have" };

    private readonly Flag _verify = new("--verify") { Description = "Read everything back and compare it" };

    private readonly Flag _dryRun = new("--dry-run", "-n") { Description = "Write nothing, only say what would be done (-vv: to each item)" };

    private readonly Flag _sparse = new("--sparse") { Description = "Leave holes where there are only zeros" };

    private readonly Flag _byName = new("--ownership-by-name") { Description = "Give files to the users and groups of that name instead of that id" };

    private readonly Option<string[]> _includeAttributes = new("--include-xattr")
    {
        Description = "Restore only extended attributes of such names (repeatable)",
        HelpName = "pattern",
    };

    private readonly Option<string[]> _excludeAttributes = new("--exclude-xattr")
    {
        Description = "Leave out extended attributes of such names (repeatable)",
        HelpName = "pattern",
    };

    private readonly SnapshotFilterOptions _filter = new(isForLatest: true);

    public RestoreVerb(VerbContext context)
        : base(context, "restore", "Restore files of a snapshot into a folder. What is there already and equal is left alone.")
    {
        _overwrite.AcceptOnlyFromAmong("always", "if-changed", "if-newer", "never");
        Arguments.Add(_snapshot);
        Add(_target);
        Add(_includes.All);
        Add(_excludes.All);
        Add(_overwrite, _delete, _verify, _dryRun, _sparse, _byName, _includeAttributes, _excludeAttributes);
        Add(_filter.All);
        Examples =
        [
            ("restore latest --target /tmp/restored", "restores the newest snapshot with its paths below that folder"),
            ("restore latest:/home/ann --target /home/ann --delete", "makes a folder what it was, new files removed"),
            ("restore 4bd1e0c2 -t /tmp/r --include '*.docx' --verify", "restores some files and reads them back"),
            ("restore latest -t / --overwrite if-changed --dry-run -vv", "shows what a restore in place would do"),
        ];
    }

    protected override async Task<int> RunAsync(VerbRun run)
    {
        using RestoreReporter reporter = run.IsJson ? new RestoreJsonReporter(run) : new RestoreTextReporter(run);
        RestoreOptions options = OptionsOf(run) with { ItemDone = run.Verbosity == Verbosity.EveryItem ? reporter.ItemDone : null };
        await using Repository repository = await run.OpenAsync();
        using var progress = new ProgressSink<RestoreProgress>(reporter.Show);
        RestoreSummary summary = await run.Display.RunAsync(
            run.WantsProgress, () => repository.RestoreAsync(options, progress, run.Token));
        progress.Dispose(); // nothing comes between the lines of the summary
        foreach (RestoreIssue issue in summary.Errors)
        {
            run.ItemFault("restore", issue.Path, issue.Message);
        }

        reporter.Finish(summary);
        return summary.ErrorCount == 0 ? ExitCodes.Done : ExitCodes.Failed;
    }

    private RestoreOptions OptionsOf(VerbRun run) => new()
    {
        Snapshot = run.Value(_snapshot) ?? "",
        Filter = _filter.Of(run),
        Target = run.Value(_target) ?? throw new UsageException("Where to? Use --target (-t)."),
        Includes = _includes.Of(run),
        IncludesIgnoreCase = _includes.IgnoringCaseOf(run),
        Excludes = _excludes.Of(run),
        ExcludesIgnoreCase = _excludes.IgnoringCaseOf(run),
        IncludeAttributes = run.Values(_includeAttributes),
        ExcludeAttributes = run.Values(_excludeAttributes),
        Overwrite = run.Value(_overwrite) switch
        {
            "if-changed" => OverwriteMode.IfChanged,
            "if-newer" => OverwriteMode.IfNewer,
            "never" => OverwriteMode.Never,
            _ => OverwriteMode.Always,
        },
        Delete = run.Value(_delete),
        Verify = run.Value(_verify),
        DryRun = run.Value(_dryRun),
        Sparse = run.Value(_sparse),
        OwnershipByName = run.Value(_byName),
    };
}
