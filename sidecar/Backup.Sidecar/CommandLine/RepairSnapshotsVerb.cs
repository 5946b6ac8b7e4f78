using System.CommandLine;
using Backup.Engine;

namespace Backup.Sidecar.CommandLine;

/// <summary>Repairs snapshots.</summary>
internal sealed class RepairSnapshotsVerb : Verb
{
    private readonly Argument<string[]> _snapshots = new("snapshots")
    {
        Description = "Ids, beginnings of ids, or latest (default: all that the options choose)",
        HelpName = "ID",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Flag _forget = new("--forget")
    {
        Description = "Remove the damaged snapshots; else they stay and the repaired ones get the tag repaired",
    };

    private readonly Flag _dryRun = new("--dry-run", "-n") { Description = "Only show what is lost" };

    private readonly SnapshotFilterOptions _filter = new(isForLatest: false);

    public RepairSnapshotsVerb(VerbContext context)
        : base(context, "snapshots", "Make snapshots without what is lost, and say exactly which files that is.")
    {
        Arguments.Add(_snapshots);
        Add(_forget, _dryRun);
        Add(_filter.All);
        Examples =
        [
            ("repair snapshots --dry-run", "says which files of which snapshots have lost something"),
            ("repair snapshots --forget", "replaces the damaged snapshots; run repair index before"),
        ];
    }

    protected override async Task<int> RunAsync(VerbRun run)
    {
        using var reporter = new RepairReporter(run);
        var options = new RepairSnapshotsOptions
        {
            Snapshots = run.Values(_snapshots),
            Filter = _filter.Of(run),
            Forget = run.Value(_forget),
            DryRun = run.Value(_dryRun),
            LossFound = (snapshot, loss) => Report(run, reporter, snapshot, loss),
        };
        await using Repository repository = await run.OpenAsync();
        using var progress = new ProgressSink<RepairProgress>(reporter.Show);
        RepairSnapshotsSummary summary = await run.Display.RunAsync(
            run.WantsProgress, () => repository.RepairSnapshotsAsync(options, progress, run.Token));
        progress.Dispose(); // nothing comes between the lines of the summary
        foreach (SnapshotRepair repair in summary.Snapshots)
        {
            reporter.Line("snapshot_repaired", writer =>
            {
                writer.WriteString("snapshot_id", repair.Snapshot.ToString());
                if (repair.Replacement is SnapshotId replacement)
                {
                    writer.WriteString("new_snapshot_id", replacement.ToString());
                }

                writer.WriteBoolean("removed", repair.IsRemoved);
                writer.WriteNumber("losses", repair.Losses.Count);
            });
            run.Say($"snapshot {repair.Snapshot.ToShortString()}: {Outcome(repair, summary.IsDryRun)}");
        }

        reporter.Line("summary", writer =>
        {
            writer.WriteNumber("snapshots_damaged", summary.Snapshots.Count);
            writer.WriteNumber("snapshots_complete", summary.Complete);
            writer.WriteBoolean("dry_run", summary.IsDryRun);
        });
        run.Say($"{summary.Complete} snapshots are complete, {summary.Snapshots.Count} {(summary.IsDryRun ? "are not" : "were not")}");
        return ExitCodes.Done;
    }

    private static string Outcome(SnapshotRepair repair, bool isDryRun) => repair switch
    {
        { Replacement: SnapshotId id, IsRemoved: true } => $"replaced by {id.ToShortString()}",
        { Replacement: SnapshotId id } => $"repaired as {id.ToShortString()}, kept as it is",
        { IsRemoved: true } => "removed, nothing of it is left",
        { Losses: [{ Kind: SnapshotLossKind.Everything, Path: "" }] } =>
            "its file can't be read; to remove it, name it and say --forget",
        { Losses: [{ Kind: SnapshotLossKind.Everything }] } => "nothing of it is left; to remove it, say --forget",
        _ => isDryRun ? $"{repair.Losses.Count} items have lost something" : "kept as it is",
    };

    private static void Report(VerbRun run, RepairReporter reporter, SnapshotId snapshot, SnapshotLoss loss)
    {
        reporter.Line("loss", writer =>
        {
            writer.WriteString("snapshot_id", snapshot.ToString());
            writer.WriteName("path", loss.Path);
            writer.WriteString("kind", KindName(loss.Kind));
            writer.WriteNumber("bytes_lost", loss.BytesLost);
        });
        run.Say($"{snapshot.ToShortString()}:{Printable.Name(loss.Path)}: {What(loss)}");
    }

    private static string What(SnapshotLoss loss) => loss.Kind switch
    {
        SnapshotLossKind.FileDamaged => $"{SizeText.Format((long)loss.BytesLost)} of the file are lost, the rest is kept",
        SnapshotLossKind.FileEmptied => $"the file's content is lost ({SizeText.Format((long)loss.BytesLost)})",
        SnapshotLossKind.FolderEmptied => "the folder's content is lost",
        SnapshotLossKind.EntryRemoved => "the entry makes no sense and is left out",
        SnapshotLossKind.SizeCorrected => "the file is complete, its recorded size was wrong",
        _ => "the whole snapshot is lost",
    };

    private static string KindName(SnapshotLossKind kind) => kind switch
    {
        SnapshotLossKind.FileDamaged => "file_damaged",
        SnapshotLossKind.FileEmptied => "file_emptied",
        SnapshotLossKind.FolderEmptied => "folder_emptied",
        SnapshotLossKind.EntryRemoved => "entry_removed",
        SnapshotLossKind.SizeCorrected => "size_corrected",
        _ => "everything",
    };
}
