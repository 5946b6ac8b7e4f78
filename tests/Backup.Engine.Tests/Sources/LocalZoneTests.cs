using Backup.Engine.Sources;

namespace Backup.Engine.Tests.Sources;

public sealed class LocalZoneTests
{
    [Theory]
    [InlineData("UTC")]
    [InlineData("Europe/Berlin")]
    [InlineData("America/St_Johns")]
    [InlineData("Australia/Lord_Howe")]
    [InlineData("Africa/Casablanca")]
    [InlineData("Pacific/Apia")]
    public void Offsets_are_those_of_the_zone(string name)
    {
        TimeZoneInfo zone = TimeZoneInfo.FindSystemTimeZoneById(name);
        var random = new Random(1);
        var local = new LocalZone(zone);

        for (int i = 0; i < 20_000; i++)
        {
            long seconds = random.NextInt64(-3_000_000_000, 8_000_000_000);
            Assert.Equal((short)zone.GetUtcOffset(DateTimeOffset.FromUnixTimeSeconds(seconds)).TotalMinutes, local.OffsetInMinutes(seconds));
        }
    }

    [Fact]
    public void The_second_in_which_an_offset_changes_is_exact()
    {
        const long changesAt = 1_711_846_800; // 2024-03-31T01:00:00Z
        var zone = new LocalZone(TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"));

        short[] offsets = [zone.OffsetInMinutes(changesAt - 1), zone.OffsetInMinutes(changesAt), zone.OffsetInMinutes(changesAt - 1)];

        Assert.Equal([60, 120, 60], offsets);
    }

    [Theory]
    [InlineData(long.MinValue)]
    [InlineData(long.MaxValue)]
    public void Times_beyond_all_calendars_have_an_offset(long seconds)
    {
        var zone = new LocalZone(TimeZoneInfo.FindSystemTimeZoneById("Asia/Kolkata"));

        short offset = zone.OffsetInMinutes(seconds);

        Assert.InRange(offset, 300, 400);
    }

    [Fact]
    public void Asking_again_allocates_nothing()
    {
        var zone = new LocalZone(TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"));
        zone.OffsetInMinutes(1_700_000_000);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1_000; i++)
        {
            zone.OffsetInMinutes(1_700_000_000 + i);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
