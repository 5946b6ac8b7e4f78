namespace Backup.Engine.Tests.Kit;

public sealed class TempFolderTests
{
    [Fact]
    public void Everything_in_it_is_removed()
    {
        var folder = new TempFolder();
        using var other = new TempFolder();
        string kept = other.WriteFile("kept", "kept");
        File.SetAttributes(folder.WriteFile("a/b/read-only", "x"), FileAttributes.ReadOnly);
        Directory.CreateSymbolicLink(folder.Combine("link"), other.FullName);

        folder.Dispose();

        Assert.False(Directory.Exists(folder.FullName));
        Assert.True(File.Exists(kept));
    }

    [Fact]
    public void Names_that_are_not_UTF8_are_removed()
    {
        if (OperatingSystem.IsWindows())
        {
            return; // there are no such names
        }

        var folder = new TempFolder();
        using var shell = System.Diagnostics.Process.Start("sh", ["-c", "printf x > \"$1/$(printf 'caf\\351')\"", "sh", folder.FullName]);
        shell.WaitForExit();
        Assert.Equal(0, shell.ExitCode);

        folder.Dispose();

        Assert.False(Directory.Exists(folder.FullName));
    }
}
