using System.Management.Automation;
using Backup.Engine;
using Backup.PowerShell.Completion;
using Backup.PowerShell.Output;

namespace Backup.PowerShell.Commands;

/// <summary>Lists snapshots, oldest first.</summary>
[Cmdlet(VerbsCommon.Get, "BackupSnapshot")]
[OutputType(typeof(BackupSnapshot))]
public sealed class GetBackupSnapshotCommand : SnapshotFilterCommand
{
    [Parameter(
        Position = 0, ValueFromPipelineByPropertyName = true,
        HelpMessage = "Ids, beginnings of ids, or latest. Default: all.")]
    [Alias("Id", "SnapshotId")]
    [ArgumentCompleter(typeof(SnapshotCompleter))]
    public string[] Snapshot { get; set; } = [];

    [Parameter(HelpMessage = "Only snapshots made before that time.")]
    public DateTime Before { get; set; } = DateTime.MaxValue;

    [Parameter(HelpMessage = "Only snapshots made at that time or later.")]
    public DateTime After { get; set; } = DateTime.MinValue;

    [Parameter(HelpMessage = "Only so many of the newest of each host and set of paths.")]
    [ValidateRange(1, int.MaxValue)]
    public int Latest { get; set; }

    protected override void ProcessRecord()
    {
        BackupRepository repository = Open();
        foreach (string? snapshot in Snapshot.Length == 0 ? (string?[])[null] : Snapshot)
        {
            var options = new SnapshotListOptions
            {
                Snapshots = snapshot is null ? [] : [snapshot],
                Filter = Filter(snapshot is null ? [] : [snapshot]),
                Latest = Latest,
            };
            SnapshotList? list = null;
            Exception? exception = TryWork(
                repository,
                isWriting: false,
                async (engine, _, token) => list = await engine.ListSnapshotsAsync(options, token).ConfigureAwait(false));
            if (list is not null)
            {
                Write(list, repository);
            }
            else if (snapshot is not null && exception is SnapshotNotFoundException or SnapshotAmbiguousException)
            {
                Fail(ErrorMap.Of(exception, snapshot)); // the others may be there
            }
            else if (exception is not null)
            {
                Stop(exception, repository.Name);
            }
        }
    }

    private void Write(SnapshotList list, BackupRepository repository)
    {
        foreach (RepositoryDamagedException damage in list.Damaged)
        {
            Fail(ErrorMap.Of(damage, repository.Name));
        }

        IEnumerable<BackupSnapshot> snapshots =
            from snapshot in list.Groups.SelectMany(@group => @group.Snapshots)
            let time = snapshot.Time.ToDateTimeOffset()
            where time.LocalDateTime < ToLocal(Before) && time.LocalDateTime >= ToLocal(After)
            orderby snapshot.Time
            select new BackupSnapshot(snapshot, repository.Location);
        WriteObject(snapshots, enumerateCollection: true);
    }

    private static DateTime ToLocal(DateTime time) => time.Kind == DateTimeKind.Utc ? time.ToLocalTime() : time;
}
