namespace Backup.Engine.Tests;

public sealed class SizeTextTests
{
    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(1023, "1023 B")]
    [InlineData(1024, "1.000 KiB")]
    [InlineData(2304, "2.250 KiB")]
    [InlineData(1024 * 1024 - 1, "1023.999 KiB")]
    [InlineData(5L * 1024 * 1024 * 1024, "5.000 GiB")]
    [InlineData(long.MaxValue, "8.000 EiB")]
    [InlineData(-5, "0 B")]
    public void Bytes_read_in_units_of_1024(long bytes, string expected) =>
        Assert.Equal(expected, SizeText.Format(bytes));

    [Fact]
    public void Where_it_is_narrow_one_digit_is_enough() => Assert.Equal("286.1 MiB", SizeText.FormatShort(300_000_000));

    [Theory]
    [InlineData("0", 0)]
    [InlineData("123", 123)]
    [InlineData("123B", 123)]
    [InlineData("1k", 1024)]
    [InlineData("1K", 1024)]
    [InlineData("3KiB", 3 * 1024)]
    [InlineData("20M", 20 * 1024 * 1024)]
    [InlineData("20 MiB", 20 * 1024 * 1024)]
    [InlineData("2g", 2L << 30)]
    [InlineData("1T", 1L << 40)]
    [InlineData("8388607T", 8388607L << 40)]
    public void Sizes_are_understood(string text, long expected)
    {
        Assert.True(SizeText.TryParse(text, out long bytes));
        Assert.Equal(expected, bytes);
    }

    [Theory]
    [InlineData("")]
    [InlineData("M")]
    [InlineData("iB")]
    [InlineData("1iB")]
    [InlineData("1.5G")]
    [InlineData("-1")]
    [InlineData("1X")]
    [InlineData("8388608T")]
    [InlineData("99999999999999999999")]
    public void Other_text_is_refused(string text) => Assert.False(SizeText.TryParse(text, out _));
}
