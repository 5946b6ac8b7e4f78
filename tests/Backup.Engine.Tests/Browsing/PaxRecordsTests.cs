using System.Text;
using Backup.Engine.Browsing;

namespace Backup.Engine.Tests.Browsing;

public class PaxRecordsTests
{
    [Fact]
    public void The_length_counts_itself()
    {
        for (int length = 0; length < 1200; length++)
        {
            var records = new PaxRecords();
            string value = new('v', length);

            records.Add("k", Encoding.ASCII.GetBytes(value));

            Assert.Equal($"{records.Length} k={value}\n", Encoding.ASCII.GetString(records.Bytes.Span));
        }
    }

    [Theory]
    [InlineData(0, 0, "0")]
    [InlineData(5, 0, "5")]
    [InlineData(5, 120_000_000, "5.12")]
    [InlineData(5, 1, "5.000000001")]
    [InlineData(-1, 0, "-1")]
    [InlineData(-1, 750_000_000, "-0.25")]
    [InlineData(-3, 999_999_999, "-2.000000001")]
    public void Times_are_decimal_numbers(long seconds, int nanoseconds, string expected)
    {
        var records = new PaxRecords();

        records.Add("mtime", new Timestamp(seconds, nanoseconds, 0));

        Assert.EndsWith($"mtime={expected}\n", Encoding.ASCII.GetString(records.Bytes.Span), StringComparison.Ordinal);
    }
}
