using Backup.Engine;

namespace Backup.Sidecar.CommandLine;

/// <summary>Makes a repository have the snapshots of another one.</summary>
internal sealed class ReplicateVerb : Verb
{
    private readonly SourceRepositoryOptions _source = new();

    private readonly Flag _init = new("--init")
    {
        Description = "Create the replica if there is no repository yet: with a password of its own and the same snapshot ids",
    };

    private readonly Flag _delete = new("--delete")
    {
        Description = "Also remove from a replica what the other repository does not have; prune frees the space",
    };

    private readonly Flag _dryRun = new("--dry-run", "-n") { Description = "Only show what would be copied and removed" };

    public ReplicateVerb(VerbContext context)
        : base(context, "replicate", "Copy all snapshots of another repository that are not here yet.")
    {
        Add(_source.All);
        Add(_init, _delete, _dryRun);
        Examples =
        [
            ("replicate -r /mnt/usb/backup --from-repo /srv/backup --init", "creates a replica with the same snapshot ids"),
            ("replicate -r /mnt/usb/backup --from-repo /srv/backup --delete", "brings it up to date, removals included"),
        ];
    }

    protected override async Task<int> RunAsync(VerbRun run)
    {
        if (run.Value(_init) && run.Value(_dryRun))
        {
            throw new UsageException("--init and --dry-run can't both be given. Leave one out.");
        }

        using var reporter = new CopyReporter(run);
        var options = new ReplicateOptions
        {
            Delete = run.Value(_delete),
            DryRun = run.Value(_dryRun),
            SnapshotDone = reporter.Tell,
        };
        await using Repository source = await _source.OpenAsync(run);
        await using Repository repository = await OpenAsync(run, source);
        using var progress = new ProgressSink<CopyProgress>(reporter.Show);
        CopySummary summary = await run.Display.RunAsync(
            run.WantsProgress, () => repository.ReplicateFromAsync(source, options, progress, run.Token));
        progress.Dispose(); // nothing comes between the lines of the summary
        return reporter.Finish(summary);
    }

    private async Task<Repository> OpenAsync(VerbRun run, Repository source)
    {
        if (!run.Value(_init))
        {
            return await run.OpenAsync();
        }

        try
        {
            Repository created = await run.CreateAsync(
                options => options with { Version = source.Config.Version },
                (options, token) => Repository.CreateReplicaAsync(source, options, token));
            InitVerb.Report(run, created);
            return created;
        }
        catch (RepositoryExistsException)
        {
            return await run.OpenAsync(); // as backup --init
        }
    }
}
