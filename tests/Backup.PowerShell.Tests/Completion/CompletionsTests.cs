using Backup.PowerShell.Completion;

namespace Backup.PowerShell.Tests.Completion;

public sealed class CompletionsTests
{
    [Theory]
    [InlineData("daily", "daily")]
    [InlineData("/home/ann", "/home/ann")]
    [InlineData("two words", "'two words'")]
    [InlineData("it's", "'it''s'")]
    [InlineData("$x", "'$x'")]
    [InlineData("", "''")]
    public void Values_are_quoted_where_they_must_be(string value, string expected) =>
        Assert.Equal(expected, Completions.Quote(value));

    [Fact]
    public void What_begins_as_typed_is_offered_once()
    {
        IEnumerable<string> offered = Completions.Matching(["daily", "weekly", "Daily-db", "daily"], "'da");

        Assert.Equal(["daily", "Daily-db"], offered);
    }

    [Theory]
    [InlineData("", "/")]
    [InlineData("/", "/")]
    [InlineData("/ho", "/")]
    [InlineData("/home/", "/home")]
    [InlineData("/home/an", "/home")]
    [InlineData("home/an", "/home")]
    public void The_folder_that_is_typed_into_is_found(string typed, string expected) =>
        Assert.Equal(expected, Completions.FolderOf(typed));
}
