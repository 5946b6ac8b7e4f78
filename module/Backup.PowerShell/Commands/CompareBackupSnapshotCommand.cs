using System.Management.Automation;
using Backup.Engine;
using Backup.PowerShell.Binding;
using Backup.PowerShell.Completion;
using Backup.PowerShell.Output;

namespace Backup.PowerShell.Commands;

/// <summary>Shows what changed from one snapshot to another, or from a snapshot to the files on the disk.</summary>
[Cmdlet(VerbsData.Compare, "BackupSnapshot", DefaultParameterSetName = SnapshotSet)]
[OutputType(typeof(BackupItemChange))]
public sealed class CompareBackupSnapshotCommand : SnapshotFilterCommand
{
    private const string SnapshotSet = "Snapshot";
    private const string FileSet = "File";

    [Parameter(
        Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true,
        HelpMessage = "The older one: the beginning of an id, or latest; with :PATH behind it that folder counts as the root.")]
    [Alias("SnapshotId")]
    [ArgumentCompleter(typeof(SnapshotCompleter))]
    public string ReferenceSnapshot { get; set; } = "";

    [Parameter(ParameterSetName = SnapshotSet, Position = 1, HelpMessage = "The newer one, likewise. Default: latest.")]
    [ArgumentCompleter(typeof(SnapshotCompleter))]
    public string DifferenceSnapshot { get; set; } = SnapshotPath.Latest;

    [Parameter(HelpMessage = "Show changes of mode, owner and times, too.")]
    public SwitchParameter IncludeMetadata { get; set; }

    [Parameter(
        Mandatory = true, ParameterSetName = FileSet, ValueFromPipelineByPropertyName = true,
        HelpMessage = "Files and folders on the disk that were backed up: they are read and compared with the snapshot.")]
    [Alias("PSPath", "LP")]
    public string[] LiteralPath { get; set; } = [];

    protected override void ProcessRecord()
    {
        BackupRepository repository = Open();
        if (ParameterSetName == FileSet)
        {
            CompareFiles(repository);
            return;
        }

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

    private void CompareFiles(BackupRepository repository)
    {
        var paths = new SourcePaths(this);
        string[] files = [.. LiteralPath.Select(paths.Literal).OfType<string>()];
        if (files.Length == 0)
        {
            return; // none is there, which has been said
        }

        SourceDiffSummary summary = Work(
            repository,
            isWriting: false,
            (engine, bus, token) => engine.DiffSourceAsync(
                new SourceDiffOptions
                {
                    Files = new FileSystemSourceOptions { Paths = files, WorkingDirectory = SessionState.Path.CurrentFileSystemLocation.ProviderPath },
                    Snapshot = ReferenceSnapshot,
                    Filter = Filter(ReferenceSnapshot),
                    Metadata = IncludeMetadata,
                    Changed = change => bus.Emit(new BackupItemChange(change)),
                    Uncompared = (path, reason) => bus.Fail(ErrorMap.Of(new SkippedEntry(path, SkipReason.ReadFailed, reason))),
                },
                new ProgressRelay<SourceDiffProgress>(bus, ProgressTexts.Of),
                token),
            ReferenceSnapshot);
        WriteVerbose(
            $"Compared {summary.Items} items, {FormatHelper.Size(summary.Bytes)}, with snapshot {summary.Snapshot.Id.ToShortString()}: "
            + $"{summary.Differences} differ, {summary.Uncompared} could not be compared.");
    }
}
