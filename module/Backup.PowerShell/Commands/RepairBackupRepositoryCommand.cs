using System.Management.Automation;
using Backup.Engine;
using Backup.PowerShell.Binding;
using Backup.PowerShell.Completion;
using Backup.PowerShell.Output;
using Backup.PowerShell.Sessions;

namespace Backup.PowerShell.Commands;

/// <summary>Repairs a damaged repository: its config, its index, damaged packs, or snapshots that have lost something.</summary>
[Cmdlet(
    VerbsDiagnostic.Repair, "BackupRepository", DefaultParameterSetName = IndexSet,
    SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(RepairResult))]
public sealed class RepairBackupRepositoryCommand : SnapshotFilterCommand
{
    private const string IndexSet = "Index";
    private const string PackSet = "Pack";
    private const string SnapshotSet = "Snapshot";
    private const string OrphanSet = "Orphan";
    private const string ConfigSet = "Config";

    [Parameter(ParameterSetName = IndexSet, HelpMessage = "Make the index say what is in the packs that there are. This is the default, and the first step.")]
    public SwitchParameter Index { get; set; }

    [Parameter(ParameterSetName = IndexSet, HelpMessage = "Believe no index file: read the list of every pack.")]
    public SwitchParameter ReadEveryPack { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = PackSet, HelpMessage = "Save what is sound of these damaged packs, and remove them: ids, as Test-BackupRepository -Detailed gives them.")]
    public string[] PackId { get; set; } = [];

    [Parameter(ParameterSetName = PackSet, HelpMessage = "A folder that gets a copy of each pack before it is removed.")]
    public string? CopyTo { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = SnapshotSet, HelpMessage = "Replace snapshots that have lost something by ones with what is left: ids, beginnings of ids, latest, or * for all.")]
    [Alias("SnapshotId")]
    [ArgumentCompleter(typeof(SnapshotCompleter))]
    public string[] Snapshot { get; set; } = [];

    [Parameter(ParameterSetName = SnapshotSet, HelpMessage = "Remove the snapshots that were replaced.")]
    public SwitchParameter RemoveReplaced { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = OrphanSet, HelpMessage = "Make a snapshot of the folders that none leads to: for when snapshots were lost.")]
    public SwitchParameter Orphan { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = ConfigSet, HelpMessage = "Write a new config where it was lost or damaged, so that the repository can be connected again: before all else.")]
    public SwitchParameter Config { get; set; }

    [Parameter(ParameterSetName = ConfigSet, HelpMessage = "The connected repository, a copy or replica, whose deduplication to share: files are cut at the same places from then on.")]
    [RepositoryTransform]
    [ArgumentCompleter(typeof(RepositoryCompleter))]
    public RepositoryReference? CopyChunkerFrom { get; set; }

    protected override void ProcessRecord()
    {
        if (Config)
        {
            RepairConfig();
            return;
        }

        BackupRepository repository = Open();
        (string action, Func<Repository, PipelineBus, bool, CancellationToken, Task<RepairResult>> repair) = ParameterSetName switch
        {
            PackSet => ($"Save what is sound of {PackId.Length} packs and remove them", Packs(repository)),
            SnapshotSet => ("Replace damaged snapshots by what is left of them", Snapshots(repository)),
            OrphanSet => ("Make a snapshot of the folders that none leads to", Orphans(repository)),
            _ => ("Repair the index", Indexes(repository)),
        };
        bool may = MayChange(repository.Name, action, out bool isDryRun);
        if (may || (isDryRun && ParameterSetName != OrphanSet)) // what would be recovered is known only afterwards
        {
            WriteObject(Work(repository, isWriting: true, (engine, bus, token) => repair(engine, bus, isDryRun, token)));
        }
    }

    /// <summary>Without a sound config nothing is opened; a connection that still is says only where it goes.</summary>
    private void RepairConfig()
    {
        RepositoryPlace place = FindPlace(Connected(Repository) is { } connection ? new RepositoryReference(connection) : Repository);
        if (!MayChange(place.Name, "Write a new config if it is lost or damaged", out _))
        {
            return;
        }

        long start = TimeProvider.System.GetTimestamp();
        var options = new RepositoryOptions { Location = place.Location, ChunkerPolynomial = ChunkerOf(CopyChunkerFrom, nameof(CopyChunkerFrom)) };
        options = Reach(place, options, login: null);
        bool isNew = WithPassword(place, Password, (bus, password, token) =>
            Engine.Repository.RepairConfigAsync(options with { Password = password.Bytes, Warn = bus.Warn }, token));
        if (isNew && Connected(place) is not null)
        {
            WriteWarning($"{place.Name} is still connected with the config that it had. Connect it again.");
        }

        string location = Engine.Repository.DisplayLocation(place.Location);
        WriteObject(new RepairResult("Config", location, isNew, IsDryRun: false, TimeProvider.System.GetElapsedTime(start)));
    }

    private Func<Repository, PipelineBus, bool, CancellationToken, Task<RepairResult>> Indexes(BackupRepository repository) =>
        async (engine, bus, isDryRun, token) =>
        {
            RepairIndexSummary summary = await engine.RepairIndexAsync(
                new RepairIndexOptions
                {
                    ReadAllPacks = ReadEveryPack,
                    DryRun = isDryRun,
                    Noticed = notice => bus.Verbose($"{notice.File}: {notice.Message}"),
                },
                new ProgressRelay<RepairProgress>(bus, ProgressTexts.Of),
                token).ConfigureAwait(false);
            return new RepairResult("Index", repository.Location, summary.HasChanges, isDryRun, summary.Elapsed)
            {
                Packs = summary.AddedPacks.Concat(summary.CorrectedPacks).Concat(summary.MissingPacks).Select(pack => pack.ToString()).ToArray(),
                HasLosses = summary.MissingPacks.Count + summary.UnreadablePacks.Count > 0,
            };
        };

    private Func<Repository, PipelineBus, bool, CancellationToken, Task<RepairResult>> Packs(BackupRepository repository)
    {
        string? copyTo = CopyTo is null ? null : new SourcePaths(this).Target(CopyTo);
        return async (engine, bus, isDryRun, token) =>
        {
            if (copyTo is not null && !isDryRun)
            {
                Directory.CreateDirectory(copyTo);
            }

            RepairPacksSummary summary = await engine.RepairPacksAsync(
                new RepairPacksOptions
                {
                    Packs = PackId,
                    CopyTo = copyTo,
                    DryRun = isDryRun,
                    Noticed = notice => bus.Verbose($"{notice.File}: {notice.Message}"),
                },
                new ProgressRelay<RepairProgress>(bus, ProgressTexts.Of),
                token).ConfigureAwait(false);
            return new RepairResult("Pack", repository.Location, summary.Packs.Count > 0, isDryRun, summary.Elapsed)
            {
                Packs = summary.Packs.Select(pack => pack.Pack.ToString()).ToArray(),
                HasLosses = summary.HasLosses,
            };
        };
    }

    private Func<Repository, PipelineBus, bool, CancellationToken, Task<RepairResult>> Snapshots(BackupRepository repository) =>
        async (engine, bus, isDryRun, token) =>
        {
            string[] named = Snapshot is ["*"] ? [] : Snapshot;
            RepairSnapshotsSummary summary = await engine.RepairSnapshotsAsync(
                new RepairSnapshotsOptions
                {
                    Snapshots = named,
                    Filter = Filter(named),
                    Forget = RemoveReplaced,
                    DryRun = isDryRun,
                    LossFound = (snapshot, loss) => bus.Warn($"Snapshot {snapshot.ToShortString()} has lost {Printable.Name(loss.Path)}."),
                },
                new ProgressRelay<RepairProgress>(bus, ProgressTexts.Of),
                token).ConfigureAwait(false);
            return new RepairResult("Snapshot", repository.Location, summary.Snapshots.Count > 0, isDryRun, summary.Elapsed)
            {
                Snapshots = summary.Snapshots.ToArray(),
                HasLosses = summary.Snapshots.Count > 0,
            };
        };

    private static Func<Repository, PipelineBus, bool, CancellationToken, Task<RepairResult>> Orphans(BackupRepository repository) =>
        async (engine, bus, _, token) =>
        {
            RecoverSummary summary = await engine.RecoverAsync(
                new RecoverOptions
                {
                    Hostname = Settings.Get("HOST"),
                    ProgramVersion = ProgramVersion,
                    Noticed = notice => bus.Verbose($"{notice.File}: {notice.Message}"),
                },
                new ProgressRelay<RepairProgress>(bus, ProgressTexts.Of),
                token).ConfigureAwait(false);
            return new RepairResult("Orphan", repository.Location, summary.Snapshot is not null, IsDryRun: false, summary.Elapsed)
            {
                SnapshotId = summary.Snapshot?.ToString(),
                HasLosses = summary.TreesUnreadable > 0,
            };
        };
}
