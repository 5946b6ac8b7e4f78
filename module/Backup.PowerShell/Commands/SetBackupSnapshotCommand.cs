using System.Management.Automation;
using Backup.Engine;
using Backup.PowerShell.Completion;
using Backup.PowerShell.Output;

namespace Backup.PowerShell.Commands;

/// <summary>Changes the tags of snapshots. Each gets a new id.</summary>
[Cmdlet(
    VerbsCommon.Set, "BackupSnapshot",
    SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(BackupSnapshot))]
public sealed class SetBackupSnapshotCommand : SnapshotFilterCommand
{
    [Parameter(
        Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true,
        HelpMessage = "Ids, beginnings of ids, or latest.")]
    [Alias("Id", "SnapshotId")]
    [ArgumentCompleter(typeof(SnapshotCompleter))]
    public string[] Snapshot { get; set; } = [];

    [Parameter(HelpMessage = "Tags that come to those that are there.")]
    [ArgumentCompleter(typeof(TagCompleter))]
    public string[] AddTag { get; set; } = [];

    [Parameter(HelpMessage = "Tags that are taken away.")]
    [ArgumentCompleter(typeof(TagCompleter))]
    public string[] RemoveTag { get; set; } = [];

    [Parameter(HelpMessage = "The tags instead of those that are there; an empty list for none.")]
    [AllowEmptyCollection]
    [ArgumentCompleter(typeof(TagCompleter))]
    public string[]? ReplaceTag { get; set; }

    [Parameter(HelpMessage = "Give the snapshots as they are now.")]
    public SwitchParameter PassThru { get; set; }

    protected override void ProcessRecord()
    {
        BackupRepository repository = Open();
        foreach (Snapshot snapshot in FindAll(repository, Snapshot))
        {
            string id = snapshot.Id.ToString();
            var options = new TagOptions
            {
                Snapshots = [id],
                Set = ReplaceTag,
                Add = [.. AddTag.SelectMany(SplitTags)],
                Remove = [.. RemoveTag.SelectMany(SplitTags)],
            };
            if (!MayChange(Describe(snapshot), "Change tags", out _))
            {
                continue;
            }

            SnapshotChanges? changes = null;
            Exception? exception = TryWork(
                repository, isWriting: true, async (engine, _, token) => changes = await engine.TagAsync(options, token).ConfigureAwait(false));
            if (exception is SnapshotNotFoundException)
            {
                Fail(ErrorMap.Of(exception, id)); // somebody has removed it meanwhile; the others may be there
            }
            else if (exception is not null)
            {
                Stop(exception, id);
            }
            else if (changes is not null)
            {
                Write(changes, repository);
            }
        }
    }

    private void Write(SnapshotChanges changes, BackupRepository repository)
    {
        foreach (SnapshotFailure failure in changes.Failures)
        {
            Fail(ErrorMap.Of(failure.Error, failure.Snapshot.Id.ToString()));
        }

        if (PassThru)
        {
            WriteObject(changes.Changed.Select(change => new BackupSnapshot(change.New, repository.Location)), enumerateCollection: true);
        }
    }
}
