using System.CommandLine;
using Backup.Engine;

namespace Backup.Sidecar.CommandLine;

/// <summary>Makes snapshots anew with less in them, or with another host or time.</summary>
internal sealed class RewriteVerb : Verb
{
    private readonly Argument<string[]> _snapshots = SnapshotArgument.MakeList("Ids, beginnings of ids, or latest; without any: all of the filter");
    private readonly PatternOptions _exclude = new("exclude", "-e", "Leave out");
    private readonly PatternOptions _include = new("include", "-i", "Keep only");
    private readonly Option<string?> _newHost = new("--new-host") { Description = "Another host", HelpName = "host" };
    private readonly Option<string?> _newTime = new("--new-time") { Description = "Another time, such as '2026-11-22 15:56:47'", HelpName = "time" };
    private readonly Flag _summary = new("--snapshot-summary", "-s") { Description = "Count the files of snapshots that have no summary" };
    private readonly Flag _forget = new("--forget") { Description = "Remove the old snapshots; else the new ones get the tag rewrite" };
    private readonly Flag _dryRun = new("--dry-run", "-n") { Description = "Only show what would be changed" };
    private readonly SnapshotFilterOptions _filter = new(isForLatest: false);

    public RewriteVerb(VerbContext context)
        : base(context, "rewrite", "Make snapshots anew without some files, or with another host or time.")
    {
        Arguments.Add(_snapshots);
        Add(_exclude.All);
        Add(_include.All);
        Add(_newHost, _newTime, _summary, _forget, _dryRun);
        Add(_filter.All);
        Examples =
        [
            ("rewrite --exclude secret.txt --dry-run -vv", "shows which files would be left out of which snapshots"),
            ("rewrite --exclude secret.txt --forget", "takes a file out of all snapshots"),
            ("rewrite --new-host web2 --forget --host web1", "renames a host"),
        ];
    }

    protected override async Task<int> RunAsync(VerbRun run)
    {
        string[] ids = run.Values(_snapshots);
        var options = new RewriteOptions
        {
            Snapshots = ids,
            Filter = _filter.Of(run, ids),
            Excludes = _exclude.Of(run),
            ExcludesIgnoreCase = _exclude.IgnoringCaseOf(run),
            Includes = _include.Of(run),
            IncludesIgnoreCase = _include.IgnoringCaseOf(run),
            NewHostname = run.Value(_newHost),
            NewTime = run.TimeOf(_newTime),
            AddSummary = run.Value(_summary),
            Forget = run.Value(_forget),
            DryRun = run.Value(_dryRun),
            ItemExcluded = run.Verbosity == Verbosity.EveryItem ? path => TellExcluded(run, path) : null,
        };
        await using Repository repository = await run.OpenAsync();
        return ChangeReport.Tell(run, await SnapshotProgressText.RunAsync(
            run, progress => repository.RewriteAsync(options, progress, run.Token)));
    }

    private static void TellExcluded(VerbRun run, string path)
    {
        if (!run.IsJson)
        {
            run.Display.Line($"without {Printable.Name(path)}");
            return;
        }

        using JsonOutput json = run.OpenJson();
        json.Line(writer =>
        {
            writer.WriteString("message_type", "excluded_item");
            writer.WriteName("item", path);
        });
    }
}
