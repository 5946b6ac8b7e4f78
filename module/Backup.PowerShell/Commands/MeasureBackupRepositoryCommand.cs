using System.Management.Automation;
using Backup.Engine;
using Backup.PowerShell.Completion;
using Backup.PowerShell.Output;

namespace Backup.PowerShell.Commands;

/// <summary>Counts files, blobs and bytes of snapshots.</summary>
[Cmdlet(VerbsDiagnostic.Measure, "BackupRepository")]
[OutputType(typeof(BackupStatistics))]
public sealed class MeasureBackupRepositoryCommand : SnapshotFilterCommand
{
    [Parameter(
        Position = 0, ValueFromPipelineByPropertyName = true,
        HelpMessage = "Ids, beginnings of ids, or latest. Default: all.")]
    [Alias("Id", "SnapshotId")]
    [ArgumentCompleter(typeof(SnapshotCompleter))]
    public string[] Snapshot { get; set; } = [];

    [Parameter(HelpMessage = "RestoreSize: what restoring writes. FilesByContents: equal files once. RawData: what the blobs take in the repository. BlobsPerFile: the blobs of each different file.")]
    public StatsMode Mode { get; set; }

    protected override void ProcessRecord()
    {
        BackupRepository repository = Open();
        var options = new StatsOptions { Mode = Mode, Snapshots = Snapshot, Filter = Filter(Snapshot) };
        StatsResult result = Work(
            repository,
            isWriting: false,
            (engine, bus, token) => engine.StatsAsync(options, new ProgressRelay<StatsProgress>(bus, ProgressTexts.Of), token));
        WriteObject(new BackupStatistics(result, repository.Location));
    }
}
