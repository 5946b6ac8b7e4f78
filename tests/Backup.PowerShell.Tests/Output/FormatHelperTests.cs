using System.Globalization;
using Backup.PowerShell.Output;

namespace Backup.PowerShell.Tests.Output;

public sealed class FormatHelperTests
{
    [Theory]
    [InlineData("en-US", 0, "0 B")]
    [InlineData("en-US", 1023, "1023 B")]
    [InlineData("en-US", 1024, "1.0 KiB")]
    [InlineData("de-DE", 1536, "1,5 KiB")]
    [InlineData("en-US", (1L << 20) - 1, "1.0 MiB")]
    [InlineData("en-US", 5L << 40, "5.0 TiB")]
    [InlineData("en-US", long.MaxValue, "8.0 EiB")]
    [InlineData("en-US", -2048, "-2.0 KiB")]
    public void Sizes_are_short_and_in_the_readers_culture(string culture, long bytes, string expected)
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(culture);

            Assert.Equal(expected, FormatHelper.Size(bytes));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void What_is_not_known_is_empty()
    {
        Assert.Equal("", FormatHelper.Size(null));
        Assert.Equal("", FormatHelper.List(null));
        Assert.Equal("", FormatHelper.Name(null));
    }

    [Fact]
    public void Names_cannot_disturb_a_terminal() =>
        Assert.Equal("a, \"\\x1b[31m\"", FormatHelper.List(["a", "\u001b[31m"]));
}
