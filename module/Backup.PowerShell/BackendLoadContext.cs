using System.Reflection;
using System.Runtime.Loader;
using Backup.Engine;

namespace Backup.PowerShell;

/// <summary>
/// Holds a backend and what it needs apart from PowerShell and from other modules, which may have other versions of the same
/// assemblies. The engine is not among them: it is the one that is loaded already.
/// </summary>
internal sealed class BackendLoadContext : AssemblyLoadContext
{
    private readonly AssemblyDependencyResolver _resolver;

    private BackendLoadContext(string path)
        : base(Path.GetFileNameWithoutExtension(path)) => _resolver = new AssemblyDependencyResolver(path);

    /// <summary>Loads the backend of a kind, from its folder below the module's.</summary>
    /// <param name="moduleFolder">Where the module is installed.</param>
    /// <param name="scheme">The kind's name, and its folder's.</param>
    /// <param name="assemblyName">The assembly's name, and its namespace.</param>
    /// <param name="typeName">The class whose property <c>Kind</c> has what the engine wants to know.</param>
    public static BackendKind KindOf(string moduleFolder, string scheme, string assemblyName, string typeName)
    {
        string path = Path.Combine(moduleFolder, "backends", scheme, assemblyName + ".dll");
        if (!File.Exists(path))
        {
            throw new BackendException(
                $"Repositories at «{scheme}:» need the file {path}, which is missing: install the module again.", isTransient: false);
        }

        Assembly assembly = new BackendLoadContext(path).LoadFromAssemblyPath(path);
        return (BackendKind?)assembly.GetType($"{assemblyName}.{typeName}", throwOnError: true)?.GetProperty("Kind")?.GetValue(null)
            ?? throw new BackendException($"The file {path} is not the one of this version of the module: install it again.", isTransient: false);
    }

    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName assemblyName) =>
        _resolver.ResolveAssemblyToPath(assemblyName) is { } path ? LoadFromAssemblyPath(path) : null;
}
