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

    /// <summary>The names of what lies directly in the checkout and belongs to it, dot-files left out. Asks <c>git</c>.</summary>
    public static IEnumerable<string> TopLevel() =>
        ExternalProgram.Named("git", Root).Run("-c", "safe.directory=*", "ls-files", "-z")
            .Split('\0', StringSplitOptions.RemoveEmptyEntries)
            .Select(path => path.Split('/')[0])
            .Where(name => !name.StartsWith('.'))
            .Distinct();

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
