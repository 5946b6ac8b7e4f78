using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Backup.PowerShell.Tests.Surface;

/// <summary>What the module is compiled against is older than what it runs with.</summary>
public sealed class ReferenceTests
{
    /// <summary>Types of PowerShell 5.1 that 7.6 no longer has: all that a comparison of both found.</summary>
    private static readonly string[] Gone =
        ["PSJobProxy", "PSChildJobProxy", "PSSessionType", "JobDataAddedEventArgs", "DebugSource"];

    [Fact]
    public void Nothing_is_used_that_PowerShell_7_6_no_longer_has()
    {
        using var file = new PEReader(File.OpenRead(typeof(BackupCommand).Assembly.Location));
        MetadataReader metadata = file.GetMetadataReader();

        IEnumerable<string> used = metadata.TypeReferences.Select(handle => metadata.GetString(metadata.GetTypeReference(handle).Name));

        Assert.Empty(used.Intersect(Gone));
    }

    [Fact]
    public void Nothing_is_needed_that_PowerShell_does_not_bring_along()
    {
        string framework = Path.GetDirectoryName(typeof(object).Assembly.Location) ?? "";

        IEnumerable<string> foreign = typeof(BackupCommand).Assembly.GetReferencedAssemblies()
            .Select(assembly => assembly.Name ?? "")
            .Where(name => name is not ("System.Management.Automation" or "Backup.Engine") && !File.Exists(Path.Combine(framework, name + ".dll")));

        Assert.Empty(foreign);
    }

    /// <summary>The process's console, folder and end are not the module's, and the pipeline's thread does not sleep.</summary>
    [Fact]
    public void Nothing_is_used_that_belongs_to_the_process()
    {
        string[] foreign =
        [
            "System.Console.*", "System.Environment.Exit", "System.Environment.FailFast", "System.Environment.get_CurrentDirectory",
            "System.Environment.set_CurrentDirectory", "System.IO.Directory.GetCurrentDirectory", "System.IO.Path.GetFullPath", "System.Threading.Thread.Sleep",
        ];

        IEnumerable<string> used = ModuleSurface.UsedMembers().SelectMany(each => new[] { $"{each.Type}.{each.Member}", $"{each.Type}.*" });

        Assert.Empty(used.Intersect(foreign));
    }
}
