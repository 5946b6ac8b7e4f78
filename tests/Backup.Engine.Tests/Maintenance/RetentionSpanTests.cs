namespace Backup.Engine.Tests.Maintenance;

public sealed class RetentionSpanTests
{
    [Theory]
    [InlineData("1y5m7d2h", 1, 5, 7, 2, "1y5m7d2h")]
    [InlineData("2h1y", 1, 0, 0, 2, "1y2h")]
    [InlineData(" 36h ", 0, 0, 0, 36, "36h")]
    [InlineData("3d4d", 0, 0, 4, 0, "4d")]
    [InlineData("0h", 0, 0, 0, 0, "")]
    [InlineData("007d", 0, 0, 7, 0, "7d")]
    public void Numbers_with_units_are_read_and_written(string text, int years, int months, int days, int hours, string written)
    {
        Assert.True(RetentionSpan.TryParse(text, out RetentionSpan span));

        Assert.Equal(new RetentionSpan(years, months, days, hours), span);
        Assert.Equal(written, span.ToString());
        Assert.Equal(written.Length == 0, span.IsZero);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("5")]
    [InlineData("d")]
    [InlineData("5w")]
    [InlineData("-1d")]
    [InlineData("1d 2h")]
    [InlineData("1.5d")]
    [InlineData("99999999999d")]
    [InlineData("٣d")]
    public void Anything_else_is_refused(string? text) => Assert.False(RetentionSpan.TryParse(text, out _));
}
