namespace Backup.Engine.Tests;

public sealed class TimestampTests
{
    [Theory]
    [InlineData(253_402_300_799, 0, "9999-12-31 23:59:59")]
    [InlineData(253_402_214_400, 0, "9999-12-31 00:00:00")]
    [InlineData(253_402_214_400, -720, "9999-12-30 12:00:00")]
    [InlineData(253_402_300_799, 60, "9999-12-31 23:59:59")] // the writer's clock can't go further
    [InlineData(long.MaxValue, 840, "9999-12-31 23:59:59")]
    [InlineData(-62_135_596_800, 0, "0001-01-01 00:00:00")]
    [InlineData(-62_135_596_800, -840, "0001-01-01 00:00:00")]
    [InlineData(long.MinValue, 0, "0001-01-01 00:00:00")]
    public void The_first_and_the_last_day_are_shown_as_they_are(long seconds, short offset, string expected) =>
        Assert.Equal(expected, new Timestamp(seconds, 0, offset).ToString());
}
