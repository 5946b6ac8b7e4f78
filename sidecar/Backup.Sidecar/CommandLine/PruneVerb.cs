using Backup.Engine;

namespace Backup.Sidecar.CommandLine;

/// <summary>Removes what no snapshot needs.</summary>
internal sealed class PruneVerb : Verb
{
    private readonly PruningOptions _pruning = new();
    private readonly Flag _dryRun = new("--dry-run", "-n") { Description = "Only show what would be removed" };

    public PruneVerb(VerbContext context)
        : base(context, "prune", "Remove what no snapshot needs any more, after «forget». Nobody else can use the repository meanwhile.")
    {
        Add(_pruning.All);
        Add(_dryRun);
        Examples =
        [
            ("prune --dry-run", "tells how much space it would free"),
            ("prune", "removes what is not needed; up to 5% of what stays may be unused, which saves much work"),
            ("prune --max-unused unlimited", "only removes packs of which nothing is used: quick, but frees less"),
        ];
    }

    protected override async Task<int> RunAsync(VerbRun run)
    {
        PruneOptions options = _pruning.Of(run) with { DryRun = run.Value(_dryRun) };
        await using Repository repository = await run.OpenAsync();
        await PruneReport.RunAsync(run, repository, options);
        return ExitCodes.Done;
    }
}
