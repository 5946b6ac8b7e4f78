using System.CommandLine;
using Backup.Engine;

namespace Backup.Sidecar.CommandLine;

/// <summary>Removes what no snapshot needs.</summary>
internal sealed class PruneVerb : Verb
{
    private readonly PruningOptions _pruning = new();
    private readonly Flag _dryRun = new("--dry-run", "-n") { Description = "Only show what would be removed" };

    private readonly Option<string?> _plan = new("--plan")
    {
        Description = "With --dry-run: write what would be done into this file. Without: do what the file says, if the repository is still the same",
        HelpName = "file",
    };

    private readonly Option<string?> _maxDuration = new("--max-duration")
    {
        Description = "Begin nothing more after this time, such as 2h; a later run goes on",
        HelpName = "duration",
    };

    private readonly Flag _twoPhase = new("--two-phase")
    {
        Description = "Let backups go on meanwhile: only mark packs, and remove those that earlier runs marked",
    };

    private readonly Option<string?> _grace = new("--grace")
    {
        Description = "With --two-phase: marked packs stay at least so long (default 24h)",
        HelpName = "duration",
    };

    public PruneVerb(VerbContext context)
        : base(
            context,
            "prune",
            "Remove what no snapshot needs any more, after «forget». Nobody else can use the repository meanwhile, but for --two-phase.")
    {
        Add(_pruning.All);
        Add(_dryRun, _plan, _maxDuration, _twoPhase, _grace);
        Examples =
        [
            ("prune --dry-run", "tells how much space it would free"),
            ("prune", "removes what is not needed; up to 5% of what stays may be unused, which saves much work"),
            ("prune --dry-run --plan plan.json", "writes a plan to be looked at, which «prune --plan plan.json» then carries out"),
            ("prune --two-phase", "run every day, it never keeps a backup waiting"),
            ("prune --max-duration 2h", "works for about two hours at most"),
            ("prune --max-unused unlimited", "only removes packs of which nothing is used: quick, but frees less"),
        ];
    }

    protected override async Task<int> RunAsync(VerbRun run)
    {
        string? planFile = run.Value(_plan);
        bool isDryRun = run.Value(_dryRun);
        PruneOptions options = _pruning.Of(run) with
        {
            DryRun = isDryRun,
            MaxDuration = DurationOf(run, _maxDuration),
            TwoPhase = run.Value(_twoPhase),
            Plan = planFile is null || isDryRun ? null : ReadPlan(run, planFile),
        };
        if (DurationOf(run, _grace) is { } grace)
        {
            options = options.TwoPhase
                ? options with { Grace = grace }
                : throw new UsageException("--grace makes sense with --two-phase only. Add it, or leave --grace out.");
        }

        await using Repository repository = await run.OpenAsync();
        PruneResult result = await PruneReport.RunAsync(run, repository, options);
        if (planFile is not null && result.Plan is { } plan)
        {
            await File.WriteAllBytesAsync(planFile, plan.ToJson(), run.Token);
            run.Say($"the plan is in {Printable.Name(planFile)}: carry it out with «prune --plan»");
        }

        return ExitCodes.Done;
    }

    private PrunePlan ReadPlan(VerbRun run, string file)
    {
        if (_pruning.IsAnyGiven(run))
        {
            throw new UsageException("What is done is in the plan already. Leave the other options out, or make a new plan with --dry-run.");
        }

        try
        {
            return PrunePlan.Parse(TextFile.ReadBytes(file, "plan"));
        }
        catch (FormatException exception)
        {
            throw new UsageException($"--plan {Printable.Name(file)}: {exception.Message}", exception);
        }
    }

    private static TimeSpan? DurationOf(VerbRun run, Option<string?> option) => run.Value(option) switch
    {
        null => null,
        { } text when DurationText.TryParse(text, out TimeSpan duration) => duration,
        { } text => throw new UsageException($"{option.Name} «{text}» is not understood. Write 30m or 2h."),
    };
}
