using System.Management.Automation;
using System.Security;
using Backup.Engine;
using Backup.PowerShell.Binding;
using Backup.PowerShell.Completion;
using Backup.PowerShell.Output;

namespace Backup.PowerShell.Commands;

/// <summary>Brings all snapshots of a repository into another one; a replica can also lose what the first one has no more.</summary>
[Cmdlet(VerbsData.Sync, "BackupRepository", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(CopyResult))]
public sealed class SyncBackupRepositoryCommand : RepositoryCommand
{
    [Parameter(
        Mandatory = true, Position = 0,
        HelpMessage = "The repository that gets the snapshots: a location, a registered name, or what Connect-BackupRepository -NotDefault gives.")]
    [RepositoryTransform]
    [ArgumentCompleter(typeof(RepositoryCompleter))]
    public RepositoryReference? DestinationRepository { get; set; }

    [Parameter(HelpMessage = "That repository's password. Default: the registered secret, else $env:BACKUP_PASSWORD_FILE and the like, else a prompt.")]
    [PasswordTransform]
    public SecureString? DestinationPassword { get; set; }

    [Parameter(HelpMessage = "Also remove snapshots there that are not here, from what New-BackupRepository -ReplicaOf has made.")]
    public SwitchParameter Delete { get; set; }

    protected override void ProcessRecord()
    {
        BackupRepository source = Open();
        BackupRepository destination = Open(DestinationRepository, DestinationPassword);
        string action = $"Bring in the snapshots of {source.Name}{(Delete ? ", and remove all others" : "")}";
        if (!MayChange(destination.Name, action, out bool isDryRun) && !isDryRun)
        {
            return;
        }

        var options = new ReplicateOptions { Delete = Delete, DryRun = isDryRun };
        SnapshotTransfer.Run(this, source, destination, (from, to, bus, token) =>
            to.ReplicateFromAsync(from, options, new ProgressRelay<CopyProgress>(bus, ProgressTexts.Of), token));
    }
}
