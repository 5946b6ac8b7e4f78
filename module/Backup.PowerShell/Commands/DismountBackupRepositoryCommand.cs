using System.Management.Automation;
using Backup.PowerShell.Provider;

namespace Backup.PowerShell.Commands;

/// <summary>Removes drives of repositories.</summary>
[Cmdlet(
    VerbsData.Dismount, "BackupRepository",
    SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low)]
[OutputType(typeof(void))]
public sealed class DismountBackupRepositoryCommand : BackupCommand
{
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true, HelpMessage = "The names of the drives, without a colon. Default: Backup.")]
    public string[] Name { get; set; } = ["Backup"];

    protected override void ProcessRecord()
    {
        foreach (string name in Name)
        {
            if (SessionState.Drive.GetAll().OfType<BackupDriveInfo>().All(drive => !drive.Name.Equals(name, StringComparison.OrdinalIgnoreCase)))
            {
                Fail(ErrorMap.Of(
                    new CommandException("DriveNotFound", ErrorCategory.ObjectNotFound, $"No repository is mounted as {name}:."), name));
            }
            else if (MayChange($"{name}:", "Remove the drive", out _))
            {
                SessionState.Drive.Remove(name, force: true, "Global");
            }
        }
    }
}
