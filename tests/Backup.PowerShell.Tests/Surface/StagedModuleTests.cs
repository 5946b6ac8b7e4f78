namespace Backup.PowerShell.Tests.Surface;

/// <summary>What is shipped, and what its manifest says of it.</summary>
public sealed class StagedModuleTests
{
    [Fact]
    public void The_manifest_exports_every_cmdlet_literally_and_nothing_else()
    {
        Assert.Equal(
            Cmdlets.All.Select(cmdlet => cmdlet.Name).Order(StringComparer.Ordinal),
            StagedModule.ListOf("CmdletsToExport"));
        Assert.Empty(StagedModule.ListOf("FunctionsToExport"));
        Assert.Empty(StagedModule.ListOf("AliasesToExport"));
        Assert.Empty(StagedModule.ListOf("VariablesToExport"));
        Assert.DoesNotContain("'*'", StagedModule.Manifest, StringComparison.Ordinal);
    }

    [Fact]
    public void There_is_one_version() => Assert.Equal(
        typeof(BackupCommand).Assembly.GetName().Version!.ToString(3), StagedModule.TextOf("ModuleVersion"));

    [Fact]
    public void It_says_where_it_runs()
    {
        Assert.Equal("7.6", StagedModule.TextOf("PowerShellVersion"));
        Assert.Equal(["Core"], StagedModule.ListOf("CompatiblePSEditions"));
    }

    [Fact]
    public void The_module_keeps_its_identity() => Assert.Equal("6f0e6d3c-5a4b-4d39-9c5e-0b1f6a7f2d94", StagedModule.TextOf("GUID"));

    [Fact]
    public void Every_file_that_the_manifest_names_is_there() => Assert.All(
        [StagedModule.TextOf("RootModule"), .. StagedModule.ListOf("FormatsToProcess"), .. StagedModule.ListOf("TypesToProcess")],
        file => Assert.True(File.Exists(StagedModule.Combine(file)), file));

    [Fact]
    public void Nothing_is_shipped_that_is_not_the_modules()
    {
        string[] known = [".psd1", ".ps1xml", ".dll", ".pdb", ".xml", ".txt"];

        IEnumerable<string> strange = Directory.EnumerateFiles(StagedModule.Folder, "*", SearchOption.AllDirectories)
            .Where(path => !path.StartsWith(StagedModule.Combine("backends"), StringComparison.Ordinal))
            .Where(path => !known.Contains(Path.GetExtension(path)) && Path.GetFileName(path) != "LICENSE"
                || (path.EndsWith(".dll", StringComparison.Ordinal) && !Path.GetFileName(path).StartsWith("Backup.", StringComparison.Ordinal)))
            .Select(path => Path.GetRelativePath(StagedModule.Folder, path));

        Assert.Empty(strange);
    }

    [Fact]
    public void Each_backend_of_its_own_has_what_it_needs_and_not_the_engine()
    {
        string[] expected =
        [
            "AWSSDK.Core.dll", "AWSSDK.S3.dll", "AWSSDK.SecurityToken.dll", "Backup.Storage.S3.deps.json", "Backup.Storage.S3.dll",
            "Backup.Storage.S3.pdb", "LICENSE-AWSSDK.txt",
        ];

        IEnumerable<string> files = Directory.EnumerateFiles(StagedModule.Combine("backends"), "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(StagedModule.Combine("backends/s3"), path));

        Assert.Equal(expected, files.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_is_staged_is_what_was_built() => Assert.Equal(
        File.ReadAllBytes(typeof(BackupCommand).Assembly.Location), File.ReadAllBytes(StagedModule.Combine("Backup.PowerShell.dll")));
}
