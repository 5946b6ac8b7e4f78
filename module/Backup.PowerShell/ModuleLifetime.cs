using System.Management.Automation;
using Backup.PowerShell.Sessions;

namespace Backup.PowerShell;

/// <summary>Closes what a runspace has open when it removes the module. Other runspaces keep theirs.</summary>
public sealed class ModuleLifetime : IModuleAssemblyCleanup
{
    /// <inheritdoc/>
    public void OnRemove(PSModuleInfo psModuleInfo) => SessionStore.Current.CloseAll();
}
