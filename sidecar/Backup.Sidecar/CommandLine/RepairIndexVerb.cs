using Backup.Engine;

namespace Backup.Sidecar.CommandLine;

/// <summary>Repairs the index.</summary>
internal sealed class RepairIndexVerb : Verb
{
    private readonly Flag _readAllPacks = new("--read-all-packs")
    {
        Description = "Believe no index file: read the list of blobs of every pack",
    };

    private readonly Flag _dryRun = new("--dry-run", "-n") { Description = "Only show what would be done" };

    public RepairIndexVerb(VerbContext context)
        : base(context, "index", "Make the index say what is in the packs that there are. What is right is kept.")
    {
        Add(_readAllPacks, _dryRun);
        Examples =
        [
            ("repair index", "adds packs that no index knows, drops those that are gone, replaces damaged index files"),
            ("repair index --read-all-packs", "rebuilds the index from the packs alone"),
        ];
    }

    protected override async Task<int> RunAsync(VerbRun run)
    {
        using var reporter = new RepairReporter(run);
        var options = new RepairIndexOptions
        {
            ReadAllPacks = run.Value(_readAllPacks),
            DryRun = run.Value(_dryRun),
            Noticed = reporter.Notice,
        };
        await using Repository repository = await run.OpenAsync();
        using var progress = new ProgressSink<RepairProgress>(reporter.Show);
        RepairIndexSummary summary = await run.Display.RunAsync(
            run.WantsProgress, () => repository.RepairIndexAsync(options, progress, run.Token));
        progress.Dispose(); // nothing comes between the lines of the summary
        reporter.Line("summary", writer =>
        {
            writer.WriteNames("damaged_indexes", summary.DamagedIndexes.Select(index => index.ToString()));
            writer.WriteNames("added_packs", summary.AddedPacks.Select(pack => pack.ToString()));
            writer.WriteNames("corrected_packs", summary.CorrectedPacks.Select(pack => pack.ToString()));
            writer.WriteNames("missing_packs", summary.MissingPacks.Select(pack => pack.ToString()));
            RepairReporter.WritePacks(writer, "unreadable_packs", summary.UnreadablePacks);
            writer.WriteNumber("indexes_saved", summary.IndexesSaved);
            writer.WriteNumber("indexes_removed", summary.IndexesRemoved);
            writer.WriteBoolean("dry_run", summary.IsDryRun);
        });
        Say(run, summary);
        return ExitCodes.Done;
    }

    private static void Say(VerbRun run, RepairIndexSummary summary)
    {
        if (!summary.HasChanges)
        {
            run.Say("the index is right: nothing to do");
            return;
        }

        string would = summary.IsDryRun ? "would be " : "";
        run.Say($"{summary.AddedPacks.Count} packs {would}added, {summary.CorrectedPacks.Count} corrected, "
            + $"{summary.MissingPacks.Count + summary.UnreadablePacks.Count} dropped; "
            + $"{summary.IndexesRemoved} index files {would}replaced");
        if (summary.MissingPacks.Count > 0 || summary.UnreadablePacks.Any(pack => pack.BlobsLost.Count > 0))
        {
            run.Say("Files may have lost data. Which ones: backup-sidecar repair snapshots --dry-run");
        }
    }
}
