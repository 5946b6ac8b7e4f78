using System.Management.Automation;
using Backup.Engine;
using Backup.PowerShell.Completion;
using Backup.PowerShell.Output;

namespace Backup.PowerShell.Commands;

/// <summary>Shows what changed from one snapshot to another.</summary>
[Cmdlet(VerbsData.Compare, "BackupSnapshot")]
[OutputType(typeof(BackupItemChange))]
public sealed class CompareBackupSnapshotCommand : SnapshotFilterCommand
{
    [Parameter(
        Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true,
        HelpMessage = "The older one: the beginning of an id, or latest; with :PATH behind it that folder counts as the root.")]
    [Alias("SnapshotId")]
    [ArgumentCompleter(typeof(SnapshotCompleter))]
    public string ReferenceSnapshot { get; set; } = "";

    [Parameter(Position = 1, HelpMessage = "The newer one, likewise. Default: latest.")]
    [ArgumentCompleter(typeof(SnapshotCompleter))]
    public string DifferenceSnapshot { get; set; } = SnapshotPath.Latest;

    [Parameter(HelpMessage = "Show changes of mode, owner and times, too.")]
    public SwitchParameter IncludeMetadata { get; set; }

    protected override void ProcessRecord()
    {
        BackupRepository repository = Open();
        DiffSummary summary = Work(
            repository,
            isWriting: false,
            (engine, bus, token) => engine.DiffAsync(
                new DiffOptions
                {
                    From = ReferenceSnapshot,
                    To = DifferenceSnapshot,
                    Filter = Filter(ReferenceSnapshot, DifferenceSnapshot),
                    Metadata = IncludeMetadata,
                    Changed = change => bus.Emit(new BackupItemChange(change)),
                    Unreadable = folder => bus.Fail(ErrorMap.Of(folder)),
                },
                token),
            $"{ReferenceSnapshot} {DifferenceSnapshot}");
        WriteVerbose(
            $"From {summary.From.Id.ToShortString()} to {summary.To.Id.ToShortString()}: {summary.Added.Files} files new, "
            + $"{summary.Removed.Files} removed, {summary.ChangedFiles} changed; "
            + $"{FormatHelper.Size((long)summary.Added.Bytes)} new, {FormatHelper.Size((long)summary.Removed.Bytes)} no longer needed.");
    }
}
