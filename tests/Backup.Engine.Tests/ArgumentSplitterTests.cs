namespace Backup.Engine.Tests;

public sealed class ArgumentSplitterTests
{
    [Theory]
    [InlineData("pass show backup", "pass|show|backup")]
    [InlineData("  a\t b  ", "a|b")]
    [InlineData("'/my programs/pw' \"two words\" plain", "/my programs/pw|two words|plain")]
    [InlineData("a'b c'd", "ab cd")]
    [InlineData("echo ''", "echo|")]
    [InlineData(@"a\ b \""c\""", "a b|\"c\"")]
    [InlineData(@"'a\b'", @"a\b")]
    [InlineData("\"it's\" '\"'", "it's|\"")]
    [InlineData("echo $HOME `id` *", "echo|$HOME|`id`|*")]
    public void Blanks_separate_and_quotes_hold_together(string command, string expected) =>
        Assert.Equal(expected.Split('|'), ArgumentSplitter.Split(command, backslashEscapes: true));

    [Fact]
    public void On_Windows_a_backslash_is_just_that() =>
        Assert.Equal([@"C:\pw\get.exe", "a b"], ArgumentSplitter.Split(@"C:\pw\get.exe ""a b""", backslashEscapes: false));

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("echo 'never closed")]
    [InlineData("echo \"never closed")]
    public void What_makes_no_sense_is_refused(string command) =>
        Assert.Throws<FormatException>(() => ArgumentSplitter.Split(command, backslashEscapes: true));
}
