using System.Management.Automation;
using Backup.Engine;
using Backup.PowerShell.Binding;
using Backup.PowerShell.Completion;
using Backup.PowerShell.Output;

namespace Backup.PowerShell.Commands;

/// <summary>Writes a file of a snapshot, or a folder as a tar or zip archive, into a file.</summary>
[Cmdlet(
    VerbsData.Export, "BackupItem",
    SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(FileInfo))]
public sealed class ExportBackupItemCommand : SnapshotItemCommand
{
    [Parameter(
        Position = 1, ValueFromPipelineByPropertyName = true,
        HelpMessage = "The file or folder in the snapshot, taken as it is written. Default: / for all of it.")]
    [ArgumentCompleter(typeof(ItemPathCompleter))]
    public string Path { get; set; } = "/";

    [Parameter(Mandatory = true, Position = 2, HelpMessage = "The file to write. It appears when it is complete.")]
    public string Destination { get; set; } = "";

    [Parameter(HelpMessage = "What a folder becomes: Tar or Zip. Default: Zip if the destination ends with .zip, else Tar.")]
    public DumpFormat Format { get; set; }

    [Parameter(HelpMessage = "Replace an existing file.")]
    public SwitchParameter Force { get; set; }

    protected override void ProcessRecord()
    {
        string destination = new SourcePaths(this).Target(Destination);
        if (!Force && System.IO.Path.Exists(destination))
        {
            Refuse("DestinationExists", ErrorCategory.ResourceExists, $"{destination} exists already. Use -Force to replace it.", destination);
        }

        BackupRepository repository = Open();
        (Snapshot snapshot, IReadOnlyList<string> paths) = Find(repository, [Path]);
        if (!MayChange(destination, $"Write {paths[0]} of snapshot {snapshot.Id.ToShortString()}", out _))
        {
            return;
        }

        bool isZip = MyInvocation.BoundParameters.ContainsKey(nameof(Format))
            ? Format == DumpFormat.Zip
            : destination.EndsWith(".zip", StringComparison.OrdinalIgnoreCase);
        var options = new DumpOptions
        {
            Snapshot = snapshot.Id.ToString(),
            Path = paths[0],
            Format = isZip ? DumpFormat.Zip : DumpFormat.Tar,
        };
        DumpSummary summary = Work(
            repository, isWriting: false, (engine, bus, token) => WriteAsync(engine, bus, options, destination, token), paths[0]);
        foreach (SkippedEntry skipped in summary.Skipped)
        {
            WriteWarning($"{Printable.Name(skipped.Path)} is left out: {skipped.Message}");
        }

        WriteObject(new FileInfo(destination));
    }

    /// <summary>Under another name first, so that an error never leaves half a file where a whole one is expected.</summary>
    private async Task<DumpSummary> WriteAsync(
        Repository engine, PipelineBus bus, DumpOptions options, string destination, CancellationToken cancellationToken)
    {
        string partial = destination + ".partial";
        try
        {
            DumpSummary summary;
            FileStream file = new(partial, FileMode.Create, FileAccess.Write);
            await using (file.ConfigureAwait(false))
            {
                summary = await engine.DumpAsync(
                    options, file, new ProgressRelay<DumpProgress>(bus, ProgressTexts.Of), cancellationToken).ConfigureAwait(false);
                file.Flush(flushToDisk: true);
            }

            File.Move(partial, destination, overwrite: Force);
            return summary;
        }
        catch
        {
            File.Delete(partial);
            throw;
        }
    }
}
