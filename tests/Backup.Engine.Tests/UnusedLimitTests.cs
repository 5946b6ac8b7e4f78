namespace Backup.Engine.Tests;

public sealed class UnusedLimitTests
{
    [Theory]
    [InlineData("5%", 950, 50)] // 5 % of what stays, which is 1000
    [InlineData("0%", 950, 0)]
    [InlineData("0", 950, 0)]
    [InlineData("2K", 950, 2048)]
    [InlineData("unlimited", 950, long.MaxValue)]
    public void Text_is_read_as_restic_reads_it(string text, long used, long expected) =>
        Assert.Equal(expected, UnusedLimit.Parse(text).BytesFor(used));

    [Theory]
    [InlineData("")]
    [InlineData("%")]
    [InlineData("100%")]
    [InlineData("-1%")]
    [InlineData("-1")]
    [InlineData("much")]
    public void Other_text_is_refused(string text) => Assert.Throws<FormatException>(() => UnusedLimit.Parse(text));

    [Fact]
    public void It_is_written_as_it_is_read()
    {
        foreach (string text in (string[])["5%", "12.5%", "0%", "unlimited", "1000"])
        {
            Assert.Equal(text, UnusedLimit.Parse(text).ToString());
        }
    }
}
