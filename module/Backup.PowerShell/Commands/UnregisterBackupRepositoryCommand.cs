using System.Management.Automation;
using Backup.PowerShell.Completion;

namespace Backup.PowerShell.Commands;

/// <summary>Forgets the names of repositories. The repositories themselves stay as they are.</summary>
[Cmdlet(
    VerbsLifecycle.Unregister, "BackupRepository",
    SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(void))]
public sealed class UnregisterBackupRepositoryCommand : BackupCommand
{
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, HelpMessage = "The names.")]
    [ArgumentCompleter(typeof(RepositoryCompleter))]
    public string[] Name { get; set; } = [];

    protected override void ProcessRecord()
    {
        foreach (string name in Name)
        {
            if (MayChange(name, "Forget the registered name", out _)
                && !Run(name, (_, _) => Task.FromResult(Sessions.RegistrationStore.OfUser.Remove(name))))
            {
                Fail(ErrorMap.Of(
                    new CommandException("RepositoryNotFound", ErrorCategory.ObjectNotFound, $"No repository is registered as «{name}»."), name));
            }
        }
    }
}
