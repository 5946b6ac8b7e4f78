using System.Management.Automation;
using Backup.PowerShell.Binding;
using Backup.PowerShell.Completion;
using Backup.PowerShell.Output;
using Backup.PowerShell.Sessions;

namespace Backup.PowerShell.Commands;

/// <summary>Closes connections: the default one, those that are named, or all.</summary>
[Cmdlet(VerbsCommunications.Disconnect, "BackupRepository", DefaultParameterSetName = "Repository")]
[OutputType(typeof(void))]
public sealed class DisconnectBackupRepositoryCommand : BackupCommand
{
    [Parameter(
        Position = 0, ParameterSetName = "Repository", ValueFromPipeline = true,
        HelpMessage = "The connection: an object, a name or a location. Default: the default connection.")]
    [RepositoryTransform]
    [ArgumentCompleter(typeof(RepositoryCompleter))]
    public RepositoryReference? Repository { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = "All", HelpMessage = "Close all connections of this session.")]
    public SwitchParameter All { get; set; }

    protected override void ProcessRecord()
    {
        SessionStore sessions = SessionStore.Current;
        if (All)
        {
            sessions.CloseAll();
            return;
        }

        BackupRepository? connection = Repository is null
            ? sessions.Default
            : Repository.Repository ?? sessions.Find(Repository.Text);
        if (connection is { IsConnected: true })
        {
            sessions.Close(connection);
            return;
        }

        Fail(ErrorMap.Of(
            new CommandException(
                "NotConnected",
                ErrorCategory.ObjectNotFound,
                Repository is null ? "No repository is connected as the default one." : $"There is no connection to {Repository.Text}."),
            Repository?.Text));
    }
}
