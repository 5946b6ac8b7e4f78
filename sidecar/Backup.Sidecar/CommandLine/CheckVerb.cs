using System.CommandLine;
using System.Globalization;
using Backup.Engine;

namespace Backup.Sidecar.CommandLine;

/// <summary>Looks for damage.</summary>
internal sealed class CheckVerb : Verb
{
    private readonly Flag _readData = new("--read-data") { Description = "Read all data and verify every byte" };

    private readonly Option<string?> _subset = new("--read-data-subset")
    {
        Description = "Read a part: n/t (group n of t), x% or a size such as 500M, at random",
        HelpName = "subset",
    };

    private readonly SnapshotFilterOptions _filter = new(isForLatest: false);
    private readonly AgainstOptions _against = new();

    public CheckVerb(VerbContext context)
        : base(context, "check", "Look for damage in the repository. Nothing is changed.")
    {
        Add(_readData, _subset);
        Add(_filter.All);
        Add(_against.All);
        Examples =
        [
            ("check", "verifies that everything that the snapshots need is there"),
            ("check --read-data", "also reads and verifies all data"),
            ("check --read-data-subset 3/7", "reads a seventh, a different one on each day of the week"),
            ("check --read-data --against /home/anna", "also compares the files with the newest snapshot of them: which differ, which are missing"),
            ("check --against /tmp/out --snapshot 1f0ab2c3:/home/anna", "compares a restored folder with a folder of a snapshot"),
        ];
    }

    protected override async Task<int> RunAsync(VerbRun run)
    {
        var options = new CheckOptions
        {
            ReadData = SelectionOf(run),
            Filter = _filter.Of(run),
            ProblemFound = problem => Report(run, problem),
        };
        SourceDiffOptions? against = _against.Of(run, options.Filter);
        await using Repository repository = await run.OpenAsync();
        var display = new CheckProgressText(run);
        using var progress = new ProgressSink<CheckProgress>(display.Show);
        CheckReport report = await run.Display.RunAsync(
            run.WantsProgress, () => repository.CheckAsync(options, progress, run.Token));
        progress.Dispose(); // nothing comes between the lines of the summary
        if (run.IsJson)
        {
            WriteSummary(run, report);
        }
        else
        {
            SaySummary(run, report);
        }

        bool isEqual = against is null || await SourceDiffReport.RunAsync(run, repository, against);
        return report.IsHealthy && isEqual ? ExitCodes.Done : ExitCodes.Failed;
    }

    private PackSelection? SelectionOf(VerbRun run)
    {
        string? subset = run.Value(_subset);
        if (run.Value(_readData))
        {
            return subset is null
                ? PackSelection.All
                : throw new UsageException("--read-data and --read-data-subset can't both be given. Leave one out.");
        }

        try
        {
            return subset is null ? null : PackSelection.Parse(subset);
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException)
        {
            throw new UsageException($"--read-data-subset: {exception.Message}", exception);
        }
    }

    private static void Report(VerbRun run, CheckProblem problem)
    {
        string message = problem.Path.Length > 0 ? $"{problem.Message} (seen at {Printable.Name(problem.Path)})" : problem.Message;
        if (problem.Severity == CheckSeverity.Error)
        {
            run.Fault(message);
        }
        else
        {
            run.Step($"hint: {message}");
        }
    }

    private static void SaySummary(VerbRun run, CheckReport report)
    {
        run.Say(string.Create(
            CultureInfo.InvariantCulture,
            $"checked {Count(report.Snapshots, "snapshot")}, {Count(report.Trees, "tree")}, {Count(report.Blobs, "blob")}"
            + $" in {Count(report.Packs, "pack")} in {DurationText.Format(report.Elapsed)}"));
        if (report.PacksRead > 0)
        {
            run.Say(string.Create(
                CultureInfo.InvariantCulture, $"read {Count(report.PacksRead, "pack")}, {SizeText.Format(report.BytesRead)}, completely"));
        }

        string unread = report.PacksRead < report.Packs ? " (--read-data)" : "";
        run.Say($"verified: {report.Verified}{(report.NotVerified.Length == 0 ? "" : $"; not verified: {report.NotVerified}{unread}")}");
        if (report.UnusedBlobs is > 0 and { } unused)
        {
            run.Say($"{Count(unused, "blob")} with {SizeText.Format(report.UnusedBytes ?? 0)} {(unused == 1 ? "belongs" : "belong")} to no snapshot:"
                + " normal after forget (prune removes them) and after interrupted backups; if a snapshot is missing, recover finds its folders");
        }

        if (report.Hints > 0)
        {
            string what = report.Hints == 1 ? "1 thing" : $"{report.Hints} things";
            run.Say($"{what} could be tidied up, nothing is lost by it{(run.Verbosity < Verbosity.Verbose ? " (-v shows what)" : "")}");
        }

        if (report.IsHealthy)
        {
            run.Say("no errors were found");
            return;
        }

        run.Display.Error(report.Errors == 1 ? "error: 1 error was found" : $"error: {report.Errors} errors were found");
        if (report.DamagedPacks.Count > 0)
        {
            run.Display.Error(
                $"{report.DamagedPacks.Count} packs are damaged; which files need one: backup-sidecar find --pack "
                + string.Join(' ', report.DamagedPacks.Take(3).Select(pack => pack.ToString()[..16])));
        }

        foreach (string step in StepsToRepair(report))
        {
            run.Display.Error(step);
        }
    }

    /// <summary>What repairs it, in the order in which it is to be done.</summary>
    private static IEnumerable<string> StepsToRepair(CheckReport report)
    {
        if (report.SuggestsRepairIndex)
        {
            yield return "to repair: backup-sidecar repair index";
        }

        if (report.PacksToRepair.Count > 0)
        {
            yield return "to repair: backup-sidecar repair packs "
                + string.Join(' ', report.PacksToRepair.Take(100).Select(pack => pack.ToString()[..16]));
        }

        if (report.SuggestsRepairSnapshots)
        {
            yield return "to see what is lost: backup-sidecar repair snapshots --dry-run (without --dry-run it is repaired)";
        }
    }

    private static string Count(long number, string what) =>
        string.Create(CultureInfo.InvariantCulture, $"{number} {what}{(number == 1 ? "" : "s")}");

    private static void WriteSummary(VerbRun run, CheckReport report)
    {
        using JsonOutput json = run.OpenJson();
        json.Line(writer =>
        {
            writer.WriteString("message_type", "summary");
            writer.WriteNumber("num_errors", report.Errors);
            writer.WriteNumber("num_hints", report.Hints);
            writer.WriteNames("broken_packs", report.DamagedPacks.Select(pack => pack.ToString()));
            writer.WriteNames("broken_snapshots", report.DamagedSnapshots.Select(snapshot => snapshot.ToString()));
            writer.WriteBoolean("suggest_repair_index", report.SuggestsRepairIndex);
            writer.WriteBoolean("suggest_prune", report.SuggestsPrune);
            writer.WriteNames("packs_to_repair", report.PacksToRepair.Select(pack => pack.ToString()));
            writer.WriteBoolean("suggest_repair_snapshots", report.SuggestsRepairSnapshots);
            writer.WriteNumber("snapshots_checked", report.Snapshots);
            if (report.UnusedBlobs is { } unused)
            {
                writer.WriteNumber("unused_blobs", unused);
                writer.WriteNumber("unused_bytes", report.UnusedBytes ?? 0);
            }

            writer.WriteNumber("packs_read", report.PacksRead);
            writer.WriteNumber("bytes_read", report.BytesRead);
            writer.WriteString("verified", report.Verified);
            writer.WriteString("not_verified", report.NotVerified);
        });
    }
}
