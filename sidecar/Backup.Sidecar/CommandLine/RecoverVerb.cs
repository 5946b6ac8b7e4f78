using System.CommandLine;
using Backup.Engine;

namespace Backup.Sidecar.CommandLine;

/// <summary>Makes a snapshot of what no snapshot leads to.</summary>
internal sealed class RecoverVerb : Verb
{
    private readonly Option<string?> _host = new("--host", "-H") { Description = "The host that the snapshot names (default: this one)", HelpName = "host" };

    public RecoverVerb(VerbContext context)
        : base(context, "recover", "Put folders that no snapshot leads to into a new snapshot: when snapshots were lost.")
    {
        Add(_host);
        Examples = [("recover", "makes a snapshot with each lost folder, named by its id; restore what you know again")];
    }

    protected override async Task<int> RunAsync(VerbRun run)
    {
        using var reporter = new RepairReporter(run);
        var options = new RecoverOptions
        {
            Hostname = run.Value(_host),
            ProgramVersion = $"backup {Session.Version}",
            Noticed = reporter.Notice,
        };
        await using Repository repository = await run.OpenAsync();
        using var progress = new ProgressSink<RepairProgress>(reporter.Show);
        RecoverSummary summary = await run.Display.RunAsync(
            run.WantsProgress, () => repository.RecoverAsync(options, progress, run.Token));
        progress.Dispose(); // nothing comes between the lines of the summary
        reporter.Line("summary", writer =>
        {
            if (summary.Snapshot is SnapshotId id)
            {
                writer.WriteString("snapshot_id", id.ToString());
            }

            writer.WriteNames("roots", summary.Roots.Select(root => root.ToString()));
            writer.WriteNumber("trees_unreadable", summary.TreesUnreadable);
        });
        run.Say(summary.Snapshot is SnapshotId snapshot
            ? $"{summary.Roots.Count} folders that no snapshot led to are in the new snapshot {snapshot.ToShortString()}"
            : "every folder belongs to a snapshot: nothing to recover");
        return ExitCodes.Done;
    }
}
