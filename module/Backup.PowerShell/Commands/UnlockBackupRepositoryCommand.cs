using System.Management.Automation;
using Backup.PowerShell.Output;

namespace Backup.PowerShell.Commands;

/// <summary>Removes locks that others left behind.</summary>
[Cmdlet(
    VerbsCommon.Unlock, "BackupRepository",
    SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(UnlockResult))]
public sealed class UnlockBackupRepositoryCommand : RepositoryCommand
{
    [Parameter(HelpMessage = "Remove all locks, even those of commands that may still be running.")]
    public SwitchParameter Force { get; set; }

    protected override void ProcessRecord()
    {
        BackupRepository repository = Open();
        if (MayChange(repository.Name, Force ? "Remove all locks, also those in use" : "Remove stale locks", out _))
        {
            int count = Work(repository, isWriting: true, (engine, _, token) => engine.UnlockAsync(Force, token));
            WriteObject(new UnlockResult(repository.Location, count));
        }
    }
}
