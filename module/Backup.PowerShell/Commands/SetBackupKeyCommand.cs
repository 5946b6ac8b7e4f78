using System.Management.Automation;
using Backup.Engine;
using Backup.PowerShell.Output;

namespace Backup.PowerShell.Commands;

/// <summary>Replaces the password that the repository was opened with.</summary>
[Cmdlet(
    VerbsCommon.Set, "BackupKey",
    SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(BackupKey))]
public sealed class SetBackupKeyCommand : KeyCommand
{
    [Parameter(HelpMessage = "Give the new key.")]
    public SwitchParameter PassThru { get; set; }

    protected override void ProcessRecord()
    {
        BackupRepository repository = Open();
        if (MayChange(repository.Name, "Replace the password it was opened with", out _))
        {
            using Password password = FindNewPassword();
            Digest id = Work(repository, isWriting: true, (engine, _, token) => engine.ChangePasswordAsync(password.Bytes, Owner, token));
            if (PassThru)
            {
                WriteKey(repository, id);
            }
        }
    }
}
