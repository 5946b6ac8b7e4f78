namespace Backup.Engine.Tests;

public class PackSelectionTests
{
    [Fact]
    public void A_slash_chooses_a_group()
    {
        PackSelection selection = PackSelection.Parse("2/5");

        Assert.Equal((2, 5, 0.0, 0L), (selection.Group, selection.Groups, selection.Percentage, selection.Bytes));
    }

    [Theory]
    [InlineData("100%", 100)]
    [InlineData("2.5%", 2.5)]
    public void A_percent_sign_chooses_a_part(string text, double expected)
    {
        PackSelection selection = PackSelection.Parse(text);

        Assert.Equal((0, expected, 0L), (selection.Groups, selection.Percentage, selection.Bytes));
    }

    [Theory]
    [InlineData("1", 1)]
    [InlineData("3k", 3 << 10)]
    [InlineData("50M", 50 << 20)]
    [InlineData("2G", 2L << 30)]
    [InlineData("1t", 1L << 40)]
    public void A_number_chooses_bytes(string text, long expected)
    {
        PackSelection selection = PackSelection.Parse(text);

        Assert.Equal((0, 0.0, expected), (selection.Groups, selection.Percentage, selection.Bytes));
    }

    [Theory]
    [InlineData("0/5")]
    [InlineData("6/5")]
    [InlineData("1/257")]
    [InlineData("1/2/3")]
    [InlineData("-1/5")]
    [InlineData("0%")]
    [InlineData("101%")]
    [InlineData("-1%")]
    [InlineData("NaN%")]
    [InlineData("%")]
    [InlineData("0")]
    [InlineData("M")]
    [InlineData("5X")]
    [InlineData("99999999999T")]
    [InlineData("99999999999999999999")]
    public void What_chooses_nothing_is_refused(string text)
    {
        FormatException exception = Assert.Throws<FormatException>(() => PackSelection.Parse(text));

        Assert.Contains($"«{text}»", exception.Message, StringComparison.Ordinal);
    }
}
