using System.Management.Automation;
using Backup.PowerShell.Output;

namespace Backup.PowerShell.Commands;

/// <summary>Removes a password: it no longer opens the repository.</summary>
[Cmdlet(
    VerbsCommon.Remove, "BackupKey",
    SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(void))]
public sealed class RemoveBackupKeyCommand : RepositoryCommand
{
    [Parameter(
        Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true,
        HelpMessage = "Ids of keys or beginnings of them, from Get-BackupKey.")]
    [Alias("Id")]
    public string[] KeyId { get; set; } = [];

    protected override void ProcessRecord()
    {
        BackupRepository repository = Open();
        foreach (string id in KeyId)
        {
            if (!MayChange($"key {id[..Math.Min(id.Length, 8)]} of {repository.Name}", "Remove", out _))
            {
                continue;
            }

            Exception? exception = TryWork(repository, isWriting: true, (engine, _, token) => engine.RemoveKeyAsync(id, token));
            if (exception is Engine.ItemNotFoundException or ArgumentException)
            {
                Fail(ErrorMap.Of(exception, id)); // the others may be there
            }
            else if (exception is not null)
            {
                Stop(exception, id);
            }
        }
    }
}
