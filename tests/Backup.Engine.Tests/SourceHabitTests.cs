using System.Text.RegularExpressions;

namespace Backup.Engine.Tests;

/// <summary>What the compiler can't see of how the sources are arranged.</summary>
public sealed partial class SourceHabitTests
{
    private const int MaxLines = 400;

    private static readonly string[] TopLevel =
    [
        "module", "sidecar", "components", "tests", "Backup.sln", "build.ps1", "README.md", "LICENSE", "CHANGELOG.md",
        "CONTRIBUTING.md", "Directory.Build.props", "Directory.Packages.props", "global.json",
    ];

    // Tables and kernels, which get no clearer by being split.
    private static readonly string[] MayBeLong = [];

    [FactIfOnPath("git")]
    public void The_top_level_holds_only_what_the_design_names()
    {
        IEnumerable<string> others = SourceTree.TopLevel().Except(TopLevel);

        Assert.Empty(others);
    }

    [Theory]
    [InlineData("module")]
    [InlineData("sidecar")]
    public void No_file_has_more_than_400_lines(string folder)
    {
        IEnumerable<string> tooLong = SourceTree.CSharpFiles(folder)
            .Where(file => !MayBeLong.Contains(file.Path))
            .Select(file => (file.Path, Lines: file.Text.Count(character => character == '\n')))
            .Where(file => file.Lines > MaxLines)
            .Select(file => $"{file.Path} has {file.Lines} lines");

        Assert.Empty(tooLong);
    }

    [Fact]
    public void Only_the_root_of_the_engine_has_public_types()
    {
        IEnumerable<string> elsewhere = typeof(Repository).Assembly.GetExportedTypes()
            .Where(type => type.Namespace != "Backup.Engine")
            .Select(type => type.FullName ?? type.Name);

        Assert.Empty(elsewhere);
    }

    [Fact]
    public void The_engine_needs_no_package()
    {
        string framework = Path.GetDirectoryName(typeof(object).Assembly.Location) ?? "";

        IEnumerable<string> foreign = typeof(Repository).Assembly.GetReferencedAssemblies()
            .Select(assembly => assembly.Name ?? "")
            .Where(name => !File.Exists(Path.Combine(framework, name + ".dll")));

        Assert.Empty(foreign);
    }

    /// <summary>A front-end says how something is done there: see <see cref="Remedy"/>.</summary>
    [Theory]
    [InlineData("module/Backup.Engine")]
    [InlineData("module/Backup.Storage.S3")]
    public void No_message_names_an_option_of_the_command_line(string folder)
    {
        IEnumerable<string> messages =
            from file in SourceTree.CSharpFiles(folder)
            from line in file.Text.Split('\n')
            where !line.TrimStart().StartsWith("//", StringComparison.Ordinal) && CommandLineOption().IsMatch(line)
                && !line.Contains("serve restic", StringComparison.Ordinal) // rclone's
            select $"{file.Path}: {line.Trim()}";

        Assert.Empty(messages);
    }

    [GeneratedRegex("\"[^\"]*(--[a-z]{2}|-o [a-z0-9]+\\.)")]
    private static partial Regex CommandLineOption();
}
