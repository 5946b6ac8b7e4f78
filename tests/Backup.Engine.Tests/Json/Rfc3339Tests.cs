using System.Globalization;
using System.Text;
using Backup.Engine.Json;
using Backup.Engine.Tests.Trees;

namespace Backup.Engine.Tests.Json;

public sealed class Rfc3339Tests
{
    [Theory]
    [InlineData(0, 0, 0, "1970-01-01T00:00:00Z")]
    [InlineData(0, 120_000_000, 330, "1970-01-01T05:30:00.12+05:30")]
    [InlineData(-1, 999_999_999, -210, "1969-12-31T20:29:59.999999999-03:30")]
    [InlineData(951_782_400, 1, 0, "2000-02-29T00:00:00.000000001Z")]
    [InlineData(253_402_300_799, 0, 0, "9999-12-31T23:59:59Z")]
    [InlineData(-62_167_219_200, 0, 0, "0000-01-01T00:00:00Z")]
    [InlineData(-62_135_596_800, 0, 0, "0001-01-01T00:00:00Z")]
    public void Times_are_written_as_Go_writes_them(long seconds, int nanoseconds, short offset, string expected)
    {
        Assert.Equal(expected, Write(new Timestamp(seconds, nanoseconds, offset)));
    }

    [Theory]
    [InlineData(253_402_300_800, 0, "9999-01-01T00:00:00Z")] // the first second of 10000
    [InlineData(253_407_484_800, 0, "9999-03-01T00:00:00Z")] // 10000-03-01
    [InlineData(253_407_398_400, 0, "9999-03-01T00:00:00Z")] // 10000-02-29, which 9999 does not have
    [InlineData(253_402_300_799, 60, "9999-01-01T00:59:59+01:00")]
    [InlineData(-62_167_219_201, 0, "0000-12-31T23:59:59Z")]
    [InlineData(-62_167_219_200, -60, "0000-12-31T23:00:00-01:00")]
    public void Years_that_can_not_be_written_become_the_nearest_as_with_restic(long seconds, short offset, string expected)
    {
        Assert.Equal(expected, Write(new Timestamp(seconds, 0, offset)));
    }

    [Theory]
    [InlineData(long.MinValue)]
    [InlineData(long.MaxValue)]
    public void The_farthest_times_do_not_overflow(long seconds)
    {
        string written = Write(new Timestamp(seconds, 0, 1439));

        Assert.True(Rfc3339.TryRead(Encoding.ASCII.GetBytes(written), out _));
    }

    [Fact]
    public void Reading_takes_back_writing() => PropertyCheck.Holds(random =>
    {
        Timestamp time = RandomNode.Time(random);

        Assert.True(Rfc3339.TryRead(Encoding.ASCII.GetBytes(Write(time)), out Timestamp read));

        Assert.Equal(time, read);
    });

    [Fact]
    public void Dates_agree_with_the_calendar_of_the_framework() => PropertyCheck.Holds(random =>
    {
        var expected = new DateTimeOffset(random.NextInt64(DateTime.MaxValue.Ticks), TimeSpan.Zero);

        string written = Write(Timestamp.From(expected));

        Assert.StartsWith(expected.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture), written, StringComparison.Ordinal);
    });

    [Theory]
    [InlineData("2026-11-22T21:45:46.1234567899999Z", 123_456_789)]
    [InlineData("2026-11-22T21:45:46.5+00:00", 500_000_000)]
    public void Other_spellings_are_read(string text, int nanoseconds)
    {
        Assert.True(Rfc3339.TryRead(Encoding.ASCII.GetBytes(text), out Timestamp time));

        Assert.Equal(new Timestamp(1_795_383_946, nanoseconds, 0), time);
    }

    [Theory]
    [InlineData("")]
    [InlineData("2026-11-22T21:45:46")]
    [InlineData("2026-11-22 21:45:46Z")]
    [InlineData("2026-13-22T21:45:46Z")]
    [InlineData("2026-00-22T21:45:46Z")]
    [InlineData("2026-02-29T21:45:46Z")]
    [InlineData("2026-04-31T21:45:46Z")]
    [InlineData("2026-11-00T21:45:46Z")]
    [InlineData("2026-11-22T24:00:00Z")]
    [InlineData("2026-11-22T21:60:46Z")]
    [InlineData("2026-11-22T21:45:60Z")]
    [InlineData("2026-11-22T21:45:46.Z")]
    [InlineData("2026-11-22T21:45:46,5Z")]
    [InlineData("2026-11-22T21:45:46z")]
    [InlineData("2026-11-22T21:45:46+0530")]
    [InlineData("2026-11-22T21:45:46+24:00")]
    [InlineData("2026-11-22T21:45:46+05:60")]
    [InlineData("2026-11-22T21:45:46Zx")]
    [InlineData("20x6-11-22T21:45:46Z")]
    [InlineData("x026-11-22T21:45:46Z")]
    [InlineData("-026-11-22T21:45:46Z")]
    [InlineData("2026-1a-22T21:45:46Z")]
    [InlineData("2026-11-22T2/:45:46Z")]
    public void What_is_no_time_is_not_read(string text)
    {
        Assert.False(Rfc3339.TryRead(Encoding.ASCII.GetBytes(text), out _));
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(1_000_000_000, 0)]
    [InlineData(0, 1440)]
    [InlineData(0, -1440)]
    public void Impossible_times_are_refused(int nanoseconds, short offset)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Write(new Timestamp(0, nanoseconds, offset)));
    }

    private static string Write(Timestamp time)
    {
        Span<byte> text = stackalloc byte[Rfc3339.MaxLength];
        return Encoding.ASCII.GetString(text[..Rfc3339.Write(time, text)]);
    }
}
