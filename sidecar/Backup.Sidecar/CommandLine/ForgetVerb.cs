using System.CommandLine;
using System.Globalization;
using Backup.Engine;

namespace Backup.Sidecar.CommandLine;

/// <summary>Removes snapshots.</summary>
internal sealed class ForgetVerb : Verb
{
    private readonly Argument<string[]> _snapshots = SnapshotArgument.MakeList(
        "Ids, beginnings of ids, or latest: these are removed; without any the --keep options decide");

    private readonly RetentionOptions _retention = new();
    private readonly Option<string> _groupBy = GroupByOption.Make("host,paths");
    private readonly SnapshotFilterOptions _filter = new(isForLatest: false, hasLetter: false);
    private readonly Flag _dryRun = new("--dry-run", "-n") { Description = "Only show what would be kept and removed" };
    private readonly Flag _compact = new("--compact", "-c") { Description = "Leave out the paths" };
    private readonly Flag _allowRemoveAll = new("--unsafe-allow-remove-all")
    {
        Description = "Without any --keep option: remove all snapshots of the --host, --tag or --path",
    };

    private readonly Flag _prune = new("--prune") { Description = "Then remove what no snapshot needs any more, if snapshots were removed" };
    private readonly PruningOptions _pruning = new();

    public ForgetVerb(VerbContext context)
        : base(
            context,
            "forget",
            "Remove snapshots that no --keep option wants, in each group. If an option has counts left, the oldest one stays, too.")
    {
        Arguments.Add(_snapshots);
        Add(_retention.All);
        Add(_groupBy);
        Add(_filter.All);
        Add(_dryRun, _compact, _allowRemoveAll, _prune);
        Add(_pruning.All);
        Examples =
        [
            ("forget --keep-daily 7 --keep-weekly 5 --keep-monthly 12 --dry-run", "shows what would stay of each host and set of paths, and why"),
            ("forget --keep-within 14d --keep-within-monthly 2y --host web1", "thins out the snapshots of one host"),
            ("forget 1f0ab2c3", "removes one snapshot"),
            ("forget --keep-daily 14 --keep-monthly 24 --prune", "also removes the data that only these snapshots needed"),
        ];
    }

    protected override async Task<int> RunAsync(VerbRun run)
    {
        string[] ids = run.Values(_snapshots);
        var options = new ForgetOptions
        {
            Snapshots = ids,
            Policy = _retention.Of(run),
            Filter = _filter.Of(run, ids),
            GroupBy = GroupByOption.Parse(run.Value(_groupBy)),
            AllowRemoveAll = run.Value(_allowRemoveAll),
            DryRun = run.Value(_dryRun),
        };
        PruneOptions? pruning = PruningOf(run);
        await using Repository repository = await run.OpenAsync();
        ForgetResult result = await SnapshotProgressText.RunAsync(
            run, progress => repository.ForgetAsync(options, progress, run.Token));
        if (run.IsJson)
        {
            ForgetJson.Write(run, result);
        }
        else
        {
            WriteText(run, options, result);
        }

        foreach (SnapshotFailure failure in result.Failures)
        {
            run.Fault($"The snapshot {failure.Snapshot.Id.ToShortString()} was not removed: {failure.Error.Message}");
        }

        if (pruning is not null && result.Removed.Count > 0)
        {
            await PruneReport.RunAsync(
                run, repository, pruning with { WithoutSnapshots = result.IsDryRun ? [.. result.Removed.Select(snapshot => snapshot.Id)] : [] });
        }

        return result.Failures.Count == 0 ? ExitCodes.Done : ExitCodes.Incomplete;
    }

    private PruneOptions? PruningOf(VerbRun run)
    {
        if (run.Value(_prune))
        {
            return _pruning.Of(run) with { DryRun = run.Value(_dryRun) };
        }

        return _pruning.IsAnyGiven(run)
            ? throw new UsageException("The options of pruning make sense with --prune only. Add it, or leave them out.")
            : null;
    }

    private void WriteText(VerbRun run, ForgetOptions options, ForgetResult result)
    {
        bool compact = run.Value(_compact);
        if (options.Snapshots.Count == 0)
        {
            run.Say($"policy: {options.Policy}");
        }

        foreach (ForgetGroup group in result.Groups)
        {
            WriteGroup(run, group, compact);
        }

        string count = Count(result.Removed.Count);
        run.Say(result.Removed.Count == 0 ? "nothing to remove"
            : result.IsDryRun ? $"would remove {count}: {string.Join(' ', result.Removed.Select(snapshot => snapshot.Id.ToShortString()))}"
            : $"removed {count}");
    }

    private static void WriteGroup(VerbRun run, ForgetGroup group, bool compact)
    {
        if (run.Verbosity == Verbosity.Quiet)
        {
            return;
        }

        run.Out.WriteLine();
        if (SnapshotTable.Title(group.Group) is { } title)
        {
            run.Out.WriteLine(title);
        }

        if (group.Keep.Count > 0)
        {
            run.Out.WriteLine($"keep {Count(group.Keep.Count)}:");
            SnapshotTable.Of(run, group.Keep, compact).Write(run.Out, spaceRows: !compact);
        }

        if (group.Remove.Count > 0)
        {
            run.Out.WriteLine($"remove {Count(group.Remove.Count)}:");
            SnapshotTable.Of(run, group.Remove, compact).Write(run.Out, spaceRows: !compact);
        }

        run.Out.WriteLine();
    }

    private static string Count(int number) =>
        number == 1 ? "1 snapshot" : string.Create(CultureInfo.InvariantCulture, $"{number} snapshots");
}
