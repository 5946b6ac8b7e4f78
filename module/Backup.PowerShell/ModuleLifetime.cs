using System.Management.Automation;
using Backup.Engine;
using Backup.PowerShell.Sessions;

namespace Backup.PowerShell;

/// <summary>
/// Tells the engine of the backends that come with the module, and closes what a runspace has open when it removes the
/// module. Other runspaces keep theirs.
/// </summary>
public sealed class ModuleLifetime : IModuleAssemblyInitializer, IModuleAssemblyCleanup
{
    // One for all runspaces, each of which imports the module: what is loaded stays loaded.
    private static readonly Lazy<BackendKind> S3 = new(static () => BackendLoadContext.KindOf(
        Path.GetDirectoryName(typeof(ModuleLifetime).Assembly.Location) ?? "", "s3", "Backup.Storage.S3", "S3Storage"));

    /// <summary>Loads nothing: that is done when the first location of the kind is met.</summary>
    public void OnImport() => Repository.AddBackendKind("s3", static () => S3.Value);

    /// <inheritdoc/>
    public void OnRemove(PSModuleInfo psModuleInfo) => SessionStore.Current.CloseAll();
}
