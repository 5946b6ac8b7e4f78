using System.Management.Automation;
using Backup.PowerShell.Binding;
using Backup.PowerShell.Completion;
using Backup.PowerShell.Output;
using Backup.PowerShell.Sessions;

namespace Backup.PowerShell.Provider;

/// <summary>What New-PSDrive has for drives of snapshots besides its own parameters.</summary>
public sealed class DriveParameters
{
    [Parameter(HelpMessage = "The repository, which must be connected. Default: the default one.")]
    [RepositoryTransform]
    [ArgumentCompleter(typeof(RepositoryCompleter))]
    public RepositoryReference? Repository { get; set; }

    /// <summary>The connection that is meant; null if there is none.</summary>
    internal BackupRepository? Connection =>
        RepositoryCommand.Connected(Repository) ?? (Repository is null ? null : SessionStore.Current.Find(Repository.Text));
}
