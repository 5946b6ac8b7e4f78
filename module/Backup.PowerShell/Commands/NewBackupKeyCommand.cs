using System.Management.Automation;
using Backup.Engine;
using Backup.PowerShell.Output;

namespace Backup.PowerShell.Commands;

/// <summary>Adds a password: the repository can be opened with it, and with the others as before.</summary>
[Cmdlet(
    VerbsCommon.New, "BackupKey",
    SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(BackupKey))]
public sealed class NewBackupKeyCommand : KeyCommand
{
    protected override void ProcessRecord()
    {
        BackupRepository repository = Open();
        if (MayChange(repository.Name, "Add a password", out _))
        {
            using Password password = FindNewPassword();
            WriteKey(repository, Work(repository, isWriting: true, (engine, _, token) => engine.AddKeyAsync(password.Bytes, Owner, token)));
        }
    }
}
