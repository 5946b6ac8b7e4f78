using System.Management.Automation;
using Backup.Engine;
using Backup.PowerShell.Output;

namespace Backup.PowerShell.Commands;

/// <summary>Lists the keys of a repository: each is a password that opens it.</summary>
[Cmdlet(VerbsCommon.Get, "BackupKey")]
[OutputType(typeof(BackupKey))]
public sealed class GetBackupKeyCommand : RepositoryCommand
{
    protected override void ProcessRecord()
    {
        BackupRepository repository = Open();
        IReadOnlyList<KeyInfo> keys = Work(repository, isWriting: false, (engine, _, token) => engine.ListKeysAsync(token));
        WriteObject(keys.Select(key => new BackupKey(key, repository.Location)), enumerateCollection: true);
    }
}
