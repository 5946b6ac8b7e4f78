namespace Backup.Engine.Tests;

public sealed class DurationTextTests
{
    [Theory]
    [InlineData(0, "0:00")]
    [InlineData(7.9, "0:07")]
    [InlineData(723, "12:03")]
    [InlineData(3600, "1:00:00")]
    [InlineData(90009, "25:00:09")]
    [InlineData(-3, "0:00")]
    public void A_duration_reads_as_minutes_and_seconds(double seconds, string expected) =>
        Assert.Equal(expected, DurationText.Format(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData("0", 0)]
    [InlineData("250ms", 0.25)]
    [InlineData("90s", 90)]
    [InlineData("5m", 300)]
    [InlineData("1h30m", 5400)]
    [InlineData("1.5h", 5400)]
    [InlineData("2d", 172800)]
    public void Durations_are_understood(string text, double seconds)
    {
        Assert.True(DurationText.TryParse(text, out TimeSpan duration));
        Assert.Equal(TimeSpan.FromSeconds(seconds), duration);
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("m")]
    [InlineData("-5m")]
    [InlineData("5 m")]
    [InlineData("5x")]
    [InlineData("1.2.3s")]
    [InlineData("99999999999999999999h")]
    public void Other_text_is_refused(string text) => Assert.False(DurationText.TryParse(text, out _));
}
