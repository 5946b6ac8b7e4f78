using System.Management.Automation;
using Backup.PowerShell.Output;
using Backup.PowerShell.Provider;
using Backup.PowerShell.Sessions;

namespace Backup.PowerShell.Commands;

/// <summary>Makes a drive of a repository: its snapshots are folders.</summary>
[Cmdlet(
    VerbsData.Mount, "BackupRepository",
    SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low)]
[OutputType(typeof(PSDriveInfo))]
public sealed class MountBackupRepositoryCommand : RepositoryCommand
{
    [Parameter(Position = 0, HelpMessage = "The name of the drive, without a colon. Default: Backup.")]
    [ValidatePattern("^[^:/\\\\.~]+$")]
    public string Name { get; set; } = "Backup";

    protected override void ProcessRecord()
    {
        if (!MayChange($"{Name}:", "Make a drive", out _))
        {
            return;
        }

        BackupRepository repository = Keep();
        var drive = new BackupDriveInfo(Name, SessionState.Provider.GetOne("Backup"), repository);
        WriteObject(SessionState.Drive.New(drive, "Global"));
    }

    /// <summary>The repository that is meant, open as long as the session is.</summary>
    private BackupRepository Keep()
    {
        if (Connected(Repository) is { } connection)
        {
            return connection;
        }

        RepositoryPlace place = FindPlace();
        if (Connected(place) is { } session)
        {
            return session;
        }

        BackupRepository opened = Open(place, new Engine.RepositoryOptions { Location = place.Location }, Password);
        SessionStore.Current.Add(opened, asDefault: false);
        return opened;
    }
}
