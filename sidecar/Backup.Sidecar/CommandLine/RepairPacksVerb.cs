using System.CommandLine;
using Backup.Engine;

namespace Backup.Sidecar.CommandLine;

/// <summary>Repairs packs.</summary>
internal sealed class RepairPacksVerb : Verb
{
    private readonly Argument<string[]> _packs = new("packs")
    {
        Description = "The damaged packs: ids or beginnings of ids, as check names them",
        HelpName = "ID",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string?> _copyTo = new("--copy-to")
    {
        Description = "Where copies of the damaged packs are kept (default: the current folder)",
        HelpName = "folder",
    };

    private readonly Flag _noCopy = new("--no-copy") { Description = "Keep no copies of the damaged packs" };

    private readonly Flag _dryRun = new("--dry-run", "-n") { Description = "Only show what could be saved" };

    public RepairPacksVerb(VerbContext context)
        : base(context, "packs", "Save what is sound of damaged packs into new ones, and remove the damaged ones.")
    {
        Arguments.Add(_packs);
        Add(_copyTo, _noCopy, _dryRun);
        Examples =
        [
            ("repair packs 1f0ab2c3", "keeps a copy of the pack in the current folder first, named pack-1f0ab2c3…"),
            ("repair packs --dry-run 1f0ab2c3", "says how much of it is sound"),
        ];
    }

    protected override async Task<int> RunAsync(VerbRun run)
    {
        string? copyTo = run.Value(_copyTo);
        if (copyTo is not null && run.Value(_noCopy))
        {
            throw new UsageException("--copy-to and --no-copy can't both be given. Leave one out.");
        }

        using var reporter = new RepairReporter(run);
        var options = new RepairPacksOptions
        {
            Packs = run.Values(_packs),
            CopyTo = run.Value(_noCopy) ? null : copyTo ?? Directory.GetCurrentDirectory(),
            DryRun = run.Value(_dryRun),
            Noticed = reporter.Notice,
        };
        await using Repository repository = await run.OpenAsync();
        using var progress = new ProgressSink<RepairProgress>(reporter.Show);
        RepairPacksSummary summary = await run.Display.RunAsync(
            run.WantsProgress, () => repository.RepairPacksAsync(options, progress, run.Token));
        progress.Dispose(); // nothing comes between the lines of the summary
        reporter.Line("summary", writer =>
        {
            RepairReporter.WritePacks(writer, "packs", summary.Packs);
            writer.WriteNumber("packs_removed", summary.PacksRemoved);
            writer.WriteBoolean("dry_run", summary.IsDryRun);
        });
        foreach (PackRepair pack in summary.Packs)
        {
            run.Say($"pack {pack.Pack.ToShortString()}: {pack.BlobsSaved} blobs {(summary.IsDryRun ? "could be " : "")}saved, {pack.BlobsLost.Count} lost"
                + (pack.HasCopy ? $"; copied to {Printable.Name(Path.Combine(options.CopyTo ?? "", $"pack-{pack.Pack}"))}" : ""));
        }

        if (summary.HasLosses)
        {
            run.Say("Snapshots may need what is lost. Which files: backup-sidecar repair snapshots --dry-run");
        }

        return ExitCodes.Done;
    }
}
