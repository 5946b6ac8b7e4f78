using Backup.Engine.Sources;
using Backup.Engine.Sources.Linux;

namespace Backup.Engine.Tests.Sources;

public sealed class WildcardExpanderTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public WildcardExpanderTests()
    {
        foreach (string file in new[] { "a/x.txt", "a/y.txt", "a/.hidden", "b/x.txt", "b/sub/x.txt", "[c]/z", "top.txt" })
        {
            _folder.WriteFile(file, file);
        }
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("*", "[c]|a|b|top.txt")]
    [InlineData("*/x.txt", "a/x.txt|b/x.txt")]
    [InlineData("a/*", "a/.hidden|a/x.txt|a/y.txt")]
    [InlineData("./a/*.txt", "a/x.txt|a/y.txt")]
    [InlineData("*/*/*", "b/sub/x.txt")]
    [InlineData("[ab]/?.txt", "a/x.txt|a/y.txt|b/x.txt")]
    [InlineData("\\[c]/*", "[c]/z")]
    [InlineData("../*/nothing", "")]
    [InlineData("nothing*", "")]
    [InlineData("top.txt/*", "")]
    [InlineData("a/x.txt", "a/x.txt")]
    [InlineData("missing", "")]
    public void Wildcards_stand_for_what_there_is(string pattern, string expected)
    {
        var expander = new WildcardExpander(new LinuxFileSystem(), _folder.FullName);

        IReadOnlyList<string> paths = expander.Expand(pattern);

        Assert.Equal(expected, string.Join('|', paths));
    }

    [FactOnLinux]
    public void Absolute_patterns_give_absolute_paths()
    {
        var expander = new WildcardExpander(new LinuxFileSystem(), "/");

        IReadOnlyList<string> paths = expander.Expand(_folder.Combine("?/x.*"));

        Assert.Equal([_folder.Combine("a/x.txt"), _folder.Combine("b/x.txt")], paths);
    }

    [Fact]
    public void A_malformed_pattern_is_named()
    {
        var expander = new WildcardExpander(new LinuxFileSystem(), _folder.FullName);

        FormatException error = Assert.Throws<FormatException>(() => expander.Expand("a/[x"));

        Assert.Contains("a/[x", error.Message, StringComparison.Ordinal);
    }
}
