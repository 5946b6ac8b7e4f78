using System.Management.Automation;
using Backup.Engine;
using Backup.PowerShell.Completion;
using Backup.PowerShell.Output;

namespace Backup.PowerShell.Commands;

/// <summary>Counts files, blobs and bytes of snapshots, or tells who needs how much of the space.</summary>
[Cmdlet(VerbsDiagnostic.Measure, "BackupRepository", DefaultParameterSetName = StatisticsSet)]
[OutputType(typeof(BackupStatistics), typeof(BackupUsage))]
public sealed class MeasureBackupRepositoryCommand : SnapshotFilterCommand
{
    private const string StatisticsSet = "Statistics";
    private const string UsageSet = "Usage";

    [Parameter(
        ParameterSetName = StatisticsSet, Position = 0, ValueFromPipelineByPropertyName = true,
        HelpMessage = "Ids, beginnings of ids, or latest. Default: all.")]
    [Alias("Id", "SnapshotId")]
    [ArgumentCompleter(typeof(SnapshotCompleter))]
    public string[] Snapshot { get; set; } = [];

    [Parameter(ParameterSetName = StatisticsSet, HelpMessage = "RestoreSize: what restoring writes. FilesByContents: equal files once. RawData: what the blobs take in the repository. BlobsPerFile: the blobs of each different file.")]
    public StatsMode Mode { get; set; }

    [Parameter(
        Mandatory = true, ParameterSetName = UsageSet,
        HelpMessage = "Tell how much each host, set of paths, tag or snapshot needs, and how much removing its snapshots would free.")]
    public UsageGrouping UsageBy { get; set; }

    protected override void ProcessRecord()
    {
        BackupRepository repository = Open();
        if (ParameterSetName == UsageSet)
        {
            UsageReport report = Work(
                repository,
                isWriting: false,
                (engine, bus, token) => engine.UsageAsync(
                    new UsageOptions { GroupBy = UsageBy }, new ProgressRelay<UsageProgress>(bus, ProgressTexts.Of), token));
            WriteObject(report.Owners.Select(owner => new BackupUsage(owner, UsageBy, repository.Location)), enumerateCollection: true);
            return;
        }

        var options = new StatsOptions { Mode = Mode, Snapshots = Snapshot, Filter = Filter(Snapshot) };
        StatsResult result = Work(
            repository,
            isWriting: false,
            (engine, bus, token) => engine.StatsAsync(options, new ProgressRelay<StatsProgress>(bus, ProgressTexts.Of), token));
        WriteObject(new BackupStatistics(result, repository.Location));
    }
}
