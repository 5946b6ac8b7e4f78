using Backup.Engine;
using Backup.Sidecar.CommandLine;

namespace Backup.Sidecar.Tests.CommandLine;

public sealed class TimeTextTests
{
    [Theory]
    [InlineData(0, 0, 0, "1970-01-01T00:00:00Z")]
    [InlineData(1795363006, 962820049, 0, "2026-11-22T15:56:46.962820049Z")]
    [InlineData(1795363006, 500000000, 60, "2026-11-22T16:56:46.5+01:00")]
    [InlineData(-1, 1, -210, "1969-12-31T20:29:59.000000001-03:30")]
    public void Programs_get_RFC_3339(long seconds, int nanoseconds, short offset, string expected)
    {
        // 1795363006 is 2026-11-22T15:56:46Z.
        Assert.Equal(expected, TimeText.Rfc3339(new Timestamp(seconds, nanoseconds, offset)));
    }

    [Fact]
    public void People_get_their_own_time() =>
        Assert.Equal("1970-01-01 00:00:07", TimeText.Local(new Timestamp(7, 5, 600), new FakeTime()));

    [Theory]
    [InlineData("2026-11-22", "2026-11-22T00:00:00Z")]
    [InlineData("2026-11-22 15:56", "2026-11-22T15:56:00Z")]
    [InlineData("2026-11-22 15:56:46", "2026-11-22T15:56:46Z")]
    [InlineData("2026-11-22T15:56:46", "2026-11-22T15:56:46Z")]
    [InlineData("2026-11-22T15:56:46Z", "2026-11-22T15:56:46Z")]
    [InlineData("2026-11-22T15:56:46.25+02:00", "2026-11-22T15:56:46.25+02:00")]
    public void Dates_and_times_are_understood(string text, string expected)
    {
        Assert.True(TimeText.TryParse(text, new FakeTime(), out DateTimeOffset time));
        Assert.Equal(DateTimeOffset.Parse(expected, System.Globalization.CultureInfo.InvariantCulture), time);
    }

    [Theory]
    [InlineData("")]
    [InlineData("yesterday")]
    [InlineData("2026-13-01")]
    [InlineData("22.11.2026")]
    public void Other_text_is_refused(string text) => Assert.False(TimeText.TryParse(text, new FakeTime(), out _));
}
