using System.CommandLine;
using System.Globalization;
using Backup.Engine;

namespace Backup.Sidecar.CommandLine;

/// <summary>Makes a snapshot.</summary>
internal sealed class BackupVerb : Verb
{
    private readonly BackupSourceOptions _source = new();

    private readonly Flag _init = new("--init") { Description = "Create the repository if it isn't there" };

    private readonly Option<string[]> _tags = new("--tag") { Description = "Label the snapshot (repeatable)", HelpName = "tag[,tag…]" };

    private readonly Option<string?> _host = new("--host", "-H")
    {
        Description = "The host that the snapshot names ($BACKUP_HOST, $RESTIC_HOST; default: this one)",
        HelpName = "host",
    };

    private readonly Option<string?> _time = new("--time")
    {
        Description = "The time that the snapshot names, such as '2026-11-22 15:56:47' (default: now)",
        HelpName = "time",
    };

    private readonly Option<string?> _parent = new("--parent")
    {
        Description = "Compare with this snapshot (default: the newest of the same host and paths)",
        HelpName = "snapshot",
    };

    private readonly Option<string?> _type = new("--type")
    {
        Description = "incremental, full (read every file) or differential (read what changed since the last full one)",
        HelpName = "type",
    };

    private readonly Flag _force = new("--force", "-f") { Description = "Read every file, changed or not: --type full" };

    private readonly Flag _ignoreChangeTime = new("--ignore-ctime") { Description = "Don't read a file because of its change time alone" };

    private readonly Flag _ignoreInode = new("--ignore-inode") { Description = "Don't read a file because of its inode or change time alone" };

    private readonly Flag _skipIfUnchanged = new("--skip-if-unchanged") { Description = "Make no snapshot if it were equal to its parent" };

    private readonly Flag _dryRun = new("--dry-run", "-n") { Description = "Store nothing, only say what would be stored" };

    private readonly Flag _noScan = new("--no-scan") { Description = "Don't count files ahead: no time is shown that is left" };

    private readonly QuiesceOptions _quiesce = new();

    private readonly Option<int?> _readConcurrency = new("--read-concurrency")
    {
        Description = "How many files are read at once ($BACKUP_READ_CONCURRENCY, $RESTIC_READ_CONCURRENCY; default 2)",
        HelpName = "count",
    };

    public BackupVerb(VerbContext context)
        : base(context, "backup", "Make a snapshot of files and folders, or of what a command prints.")
    {
        Arguments.Add(_source.Paths);
        Add(_init, _tags, _host, _time);
        Add(_source.All);
        Add(_parent, _type, _force, _ignoreChangeTime, _ignoreInode, _skipIfUnchanged, _dryRun, _noScan, _readConcurrency);
        Add(_quiesce.All);
        _type.CompletionSources.Add("incremental", "full", "differential");
        Examples =
        [
            ("backup -r /srv/backup --init ~/documents", "makes a snapshot of a folder, and the repository if need be"),
            ("backup --exclude '*.tmp' --exclude-caches --tag daily /home /etc", "leaves out what isn't worth keeping"),
            ("backup --files-from list.txt --dry-run -vv", "shows what would be stored, and which rule leaves out what"),
            ("backup -r /srv/backup -r rest:https://nas.lan:8000/ -p local.pw -p nas.pw /etc", "reads once and stores in two repositories, each with its password"),
            ("backup --method hybrid --quiesce-command 'shopctl pause' --resume-command 'shopctl go' /srv/shop", "pauses the shop for a second reading of what changed only"),
            ("backup --stdin-from-command --stdin-filename db.sql -- pg_dump shop", "stores a database; no snapshot if the command fails"),
        ];
    }

    protected override async Task<int> RunAsync(VerbRun run)
    {
        using BackupReporter reporter = run.IsJson ? new BackupJsonReporter(run) : new BackupTextReporter(run);
        IReadOnlyList<(RepositoryOptions, PasswordPlace)> repositories = run.Repositories;
        BackupOptions options = OptionsOf(run) with { ItemDone = reporter.ItemDone };
        if (repositories.Count > 1)
        {
            return await new BackupToSeveral(run, reporter, creates: run.Value(_init) && !run.Value(_dryRun)).RunAsync(repositories, options);
        }

        await using Repository repository = await OpenAsync(run);
        using var progress = new ProgressSink<BackupProgress>(reporter.Show);
        BackupSummary summary = await run.Display.RunAsync(
            run.WantsProgress, () => repository.BackupAsync(options, progress, run.Token));
        progress.Dispose(); // nothing comes between the lines of the summary
        reporter.Finish(summary);
        return summary.Skipped.Count == 0 ? ExitCodes.Done : ExitCodes.Incomplete;
    }

    private async Task<Repository> OpenAsync(VerbRun run)
    {
        try
        {
            return await run.OpenAsync();
        }
        catch (RepositoryNotFoundException) when (run.Value(_init) && !run.Value(_dryRun))
        {
            Repository repository = await run.CreateAsync(options => options);
            InitVerb.Report(run, repository);
            return repository;
        }
    }

    private BackupOptions OptionsOf(VerbRun run) => new()
    {
        Source = _source.SourceOf(run, run.TimeOf(_time), isReadTwice: _quiesce.MethodOf(run) == BackupMethod.Hybrid),
        Tags = [.. run.Values(_tags).SelectMany(SnapshotFilterOptions.SplitTags)],
        Hostname = run.Value(_host) is { Length: > 0 } host ? host : run.Session.Settings.Get("HOST"),
        Time = run.TimeOf(_time),
        Parent = run.Value(_parent),
        Type = TypeOf(run),
        Method = _quiesce.MethodOf(run),
        Quiesce = _quiesce.HooksOf(run),
        IgnoreChangeTime = run.Value(_ignoreChangeTime) || run.Session.Settings.IsOn("IGNORE_CTIME"),
        IgnoreInode = run.Value(_ignoreInode) || run.Session.Settings.IsOn("IGNORE_INODE"),
        SkipIfUnchanged = run.Value(_skipIfUnchanged),
        DryRun = run.Value(_dryRun),
        ReadConcurrency = ReadConcurrencyOf(run),
        CountAhead = !run.Value(_noScan) && (run.IsJson || (run.WantsProgress && run.Terminal.IsOutputTerminal)),
        ProgramVersion = $"backup {Session.Version}",
    };

    private BackupType TypeOf(VerbRun run) => (run.Value(_type), run.Value(_force)) switch
    {
        (null, false) or ("incremental", false) => BackupType.Incremental,
        (null or "full", true) or ("full", false) => BackupType.Full,
        ("differential", false) when run.Value(_parent) is null => BackupType.Differential,
        ("differential", false) => throw new UsageException("The parent of a differential backup is the last full one. Leave --parent out."),
        ("incremental" or "differential", true) => throw new UsageException("--force makes a full backup. Leave it or --type out."),
        ({ } other, _) => throw new UsageException($"There is no backup type «{other}»: incremental, full or differential."),
    };

    private int ReadConcurrencyOf(VerbRun run)
    {
        int? count = run.Value(_readConcurrency);
        if (count is null && run.Session.Settings.Get("READ_CONCURRENCY") is { } text)
        {
            count = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : -1;
        }

        return count is null or (>= 0 and <= 64)
            ? count ?? 0
            : throw new UsageException("--read-concurrency is a number from 1 to 64.");
    }
}
