namespace Backup.TestKit;

/// <summary>The checkout that the tests were built from, for tests that judge the sources themselves.</summary>
public static class SourceTree
{
    private static readonly string[] BuildOutput = ["artifacts", "out", "bin", "obj", "TestResults"];

    /// <summary>The folder that holds <c>Backup.sln</c>.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The full path of something in the checkout.</summary>
    /// <param name="relativePath">Relative to <see cref="Root"/>, with <c>/</c> between its parts.</param>
    public static string Combine(string relativePath) => Path.Combine(Root, relativePath);

    /// <summary>The names of what lies directly in the checkout, build output and dot-files left out.</summary>
    public static IEnumerable<string> TopLevel() =>
        Directory.EnumerateFileSystemEntries(Root)
            .Select(path => Path.GetFileName(path))
            .Where(name => !name.StartsWith('.') && !BuildOutput.Contains(name));

    /// <summary>All C# files below a folder of the checkout, as path relative to that folder (with <c>/</c>) and text.</summary>
    public static IEnumerable<(string Path, string Text)> CSharpFiles(string folder)
    {
        string top = Combine(folder);
        return Directory.EnumerateFiles(top, "*.cs", SearchOption.AllDirectories)
            .Select(path => (Path: Path.GetRelativePath(top, path).Replace('\\', '/'), FullPath: path))
            .Where(file => !file.Path.Split('/').Any(part => BuildOutput.Contains(part)))
            .OrderBy(file => file.Path, StringComparer.Ordinal)
            .Select(file => (file.Path, File.ReadAllText(file.FullPath)));
    }

    private static string FindRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Backup.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new DirectoryNotFoundException(
            $"There is no Backup.sln above {AppContext.BaseDirectory}: these tests run from a checkout.");
    }
}
