using System.Text;
using Backup.Engine.Sources;

namespace Backup.Engine.Tests.Sources;

public sealed class PathListsTests
{
    [Fact]
    public void Lists_with_wildcards_have_comments_and_spaces()
    {
        IEnumerable<string> paths = PathLists.ParsePatterns("\n # no\n  a/*.txt \n#b\n\r\nc d\r\n"u8);

        Assert.Equal(["a/*.txt", "c d"], paths);
    }

    [Fact]
    public void Verbatim_lists_are_taken_as_they_are()
    {
        IEnumerable<string> paths = PathLists.ParseVerbatim("# a\n b \n\n*\n"u8);

        Assert.Equal(["# a", " b ", "*"], paths);
    }

    [Fact]
    public void Raw_lists_hold_any_name()
    {
        IEnumerable<string> paths = PathLists.ParseRaw([.. "new\nline"u8, 0, 0xFF, 0, .. " "u8, 0]);

        Assert.Equal(["new\nline", "\udcff", " "], paths);
    }

    [Theory]
    [InlineData("a\0b", "cut off")]
    [InlineData("a\0\0", "empty")]
    [InlineData("\0", "empty")]
    public void A_raw_list_that_may_be_cut_off_is_refused(string text, string reason)
    {
        FormatException error = Assert.Throws<FormatException>(() => PathLists.ParseRaw(Encoding.UTF8.GetBytes(text)));

        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_bytes_are_a_list_or_refused() => PropertyCheck.Holds(random =>
    {
        byte[] bytes = new byte[random.Next(60)];
        random.NextBytes(bytes);
        bytes = [.. bytes.Select(value => random.Next(3) == 0 ? "\0\n\r#$ {}"u8[value % 8] : value)];

        string[] lines = [.. PathLists.ParsePatterns(bytes), .. PathLists.ParseVerbatim(bytes), .. new PatternFiles("/").Parse(bytes)];
        bool isList = bytes.Length == 0 || (bytes[^1] == 0 && bytes[0] != 0 && bytes.AsSpan().IndexOf("\0\0"u8) < 0);

        Assert.All(lines, line => Assert.DoesNotContain('\n', line));
        Assert.Equal(isList, IsList(bytes));
    });

    private static bool IsList(byte[] bytes)
    {
        try
        {
            PathLists.ParseRaw(bytes);
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    [Fact]
    public void An_empty_list_has_no_paths()
    {
        Assert.Empty(PathLists.ParsePatterns([]));
        Assert.Empty(PathLists.ParseVerbatim([]));
        Assert.Empty(PathLists.ParseRaw([]));
    }
}
