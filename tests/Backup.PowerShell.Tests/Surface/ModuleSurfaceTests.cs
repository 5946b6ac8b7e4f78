namespace Backup.PowerShell.Tests.Surface;

/// <summary>
/// A change of what scripts depend on is seen, and wanted. UPDATE_PUBLIC_API=1 dotnet test --filter ModuleSurface writes both
/// files anew: read their diff.
/// </summary>
public sealed class ModuleSurfaceTests
{
    [Fact]
    public void What_scripts_depend_on_is_as_it_was_approved() => Compare("ModuleSurface.txt", ModuleSurface.Text);

    [Fact]
    public void Of_PowerShell_only_approved_members_are_used() => Compare("PowerShellMembers.txt", ModuleSurface.PowerShellMembers);

    private static void Compare(string file, string actual)
    {
        string path = SourceTree.Combine($"tests/Backup.PowerShell.Tests/Surface/{file}");
        if (Environment.GetEnvironmentVariable("UPDATE_PUBLIC_API") == "1")
        {
            File.WriteAllText(path, actual);
        }

        Assert.Equal(File.ReadAllText(path), actual);
    }
}
