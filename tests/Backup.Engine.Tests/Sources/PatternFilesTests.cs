using System.Text;
using Backup.Engine.Sources;

namespace Backup.Engine.Tests.Sources;

public sealed class PatternFilesTests
{
    [Theory]
    [InlineData("*.log\n", "*.log")]
    [InlineData("  spaces around \t\n", "spaces around")]
    [InlineData("# comment\n\n  # too\n!# not a comment", "!# not a comment")]
    [InlineData("dos\r\nlines\r\n", "dos|lines")]
    [InlineData("$NAME/x", "value/x")]
    [InlineData("${NAME}x", "valuex")]
    [InlineData("$NAMEx", "")] // another variable, which is not set
    [InlineData("a$UNSET/b", "a/b")]
    [InlineData("$$NAME", "$NAME")]
    [InlineData("100$", "100$")]
    [InlineData("a$/b", "a$/b")]
    [InlineData("a$1b", "ab")]
    [InlineData("a${}b${", "ab")]
    [InlineData("a${NAME", "aNAME")]
    [InlineData("no-newline", "no-newline")]
    [InlineData("\ufeff*.bom", "*.bom")]
    public void A_file_has_a_pattern_per_line(string text, string expected)
    {
        var files = new PatternFiles("/", name => name == "NAME" ? "value" : null);

        IEnumerable<string> patterns = files.Parse(Encoding.UTF8.GetBytes(text));

        Assert.Equal(expected, string.Join('|', patterns));
    }

    [Theory]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    public void Utf16_with_a_byte_order_mark_is_understood(string name)
    {
        var encoding = Encoding.GetEncoding(name);
        var files = new PatternFiles("/");

        IEnumerable<string> patterns = files.Parse([.. encoding.GetPreamble(), .. encoding.GetBytes("ä*\r\nb\n")]);

        Assert.Equal(["ä*", "b"], patterns);
    }

    [Fact]
    public void Bytes_that_are_no_text_stay_what_they_are()
    {
        var files = new PatternFiles("/");

        IEnumerable<string> patterns = files.Parse([(byte)'a', 0xFF, (byte)'\n']);

        Assert.Equal(["a\udcff"], patterns);
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        using var folder = new TempFolder();
        var files = new PatternFiles(folder.FullName);

        SourceException error = Assert.Throws<SourceException>(() => files.Read(["missing.txt"]).ToList());

        Assert.Contains("missing.txt", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_malformed_pattern_is_named_with_its_file()
    {
        using var folder = new TempFolder();
        folder.WriteFile("patterns.txt", "fine\nbroken[\n");
        var files = new PatternFiles(folder.FullName);

        SourceException error = Assert.Throws<SourceException>(() => files.Read(["patterns.txt"]).ToList());

        Assert.Contains("patterns.txt", error.Message, StringComparison.Ordinal);
        Assert.Contains("broken[", error.Message, StringComparison.Ordinal);
    }
}
