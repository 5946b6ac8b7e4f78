using System.Management.Automation;
using Backup.Engine;
using Backup.PowerShell.Binding;
using Backup.PowerShell.Completion;
using Backup.PowerShell.Output;
using Backup.PowerShell.Sessions;

namespace Backup.PowerShell.Commands;

/// <summary>Opens a repository, for this and the following commands.</summary>
[Cmdlet(VerbsCommunications.Connect, "BackupRepository")]
[OutputType(typeof(BackupRepository))]
public sealed class ConnectBackupRepositoryCommand : SessionCommand
{
    [Parameter(Position = 0, HelpMessage = "The location or the registered name. Default: $env:BACKUP_REPOSITORY.")]
    [Alias("Location", "Name")]
    [RepositoryTransform]
    [ArgumentCompleter(typeof(RepositoryCompleter))]
    public new RepositoryReference? Repository
    {
        get => base.Repository;
        set => base.Repository = value;
    }

    [Parameter(HelpMessage = "Work without a lock, for places that can only be read.")]
    public SwitchParameter NoLock { get; set; }

    [Parameter(HelpMessage = "How long to wait while somebody else has locked the repository, such as 10m.")]
    [DurationTransform]
    public TimeSpan RetryLock { get; set; }

    [Parameter(HelpMessage = "How hard to compress what is written.")]
    public CompressionLevel Compression { get; set; }

    [Parameter(HelpMessage = "The size of the repository's files, 4MB to 128MB. Default: 16MB.")]
    [SizeTransform]
    public long PackSize { get; set; }

    protected override void ProcessRecord()
    {
        RepositoryPlace place = FindPlace();
        place = place with { Connection = Connection.Or(place.Connection) };
        var options = new RepositoryOptions
        {
            Location = place.Location,
            NoLock = NoLock,
            RetryLock = RetryLock,
            Compression = Compression,
        };
        if (PackSize != 0)
        {
            options = options with { PackSizeInBytes = (int)Math.Min(PackSize, int.MaxValue) };
        }

        BackupRepository repository = Open(place, options, Password, Login);
        Begin(repository);
    }
}
