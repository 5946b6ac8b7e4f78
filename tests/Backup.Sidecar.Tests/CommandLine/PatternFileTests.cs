using Backup.Engine;
using Backup.Sidecar.CommandLine;

namespace Backup.Sidecar.Tests.CommandLine;

public sealed class PatternFileTests
{
    private static readonly EnvironmentSettings Settings = new(name => name switch
    {
        "HOME" => "/home/ann",
        "EXT" => "tmp",
        _ => null,
    });

    [Fact]
    public void Blanks_empty_lines_and_comments_do_not_count()
    {
        using var folder = new TempFolder();
        string first = folder.WriteFile("first", "\uFEFF# a comment\n  *.tmp  \r\n\n\t\n!keep.tmp\n");
        string second = folder.WriteFile("second", "last#one");

        string[] patterns = [.. PatternFile.Read([first, second], Settings)];

        Assert.Equal(["*.tmp", "!keep.tmp", "last#one"], patterns);
    }

    [Fact]
    public void A_file_of_Windows_is_understood()
    {
        using var folder = new TempFolder();
        string path = folder.WriteFile("patterns", [0xff, 0xfe, .. System.Text.Encoding.Unicode.GetBytes("*.tmp\r\nÜ\r\n")]);

        Assert.Equal(["*.tmp", "Ü"], PatternFile.Read([path], Settings));
    }

    [Theory]
    [InlineData("$HOME/x", "/home/ann/x")]
    [InlineData("${HOME}x", "/home/annx")]
    [InlineData("*.$EXT", "*.tmp")]
    [InlineData("$NOBODY/x", "/x")]
    [InlineData("a$$b", "a$b")]
    [InlineData("a$", "a$")]
    [InlineData("a$/b", "a$/b")]
    [InlineData("${open", "${open")]
    public void Variables_are_put_in(string pattern, string expected) =>
        Assert.Equal(expected, PatternFile.Expand(pattern, Settings));

    [Fact]
    public void A_missing_file_is_named()
    {
        var error = Assert.Throws<UsageException>(() => PatternFile.Read(["/no/such/file"], Settings).ToList());

        Assert.Contains("/no/such/file", error.Message, StringComparison.Ordinal);
    }
}
