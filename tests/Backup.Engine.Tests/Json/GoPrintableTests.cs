using System.Globalization;
using Backup.Engine.Json;

namespace Backup.Engine.Tests.Json;

public sealed class GoPrintableTests
{
    // In restic 0.19.1 and so in Go 1.26, whose tables are those of Unicode 15.0.
    [Theory]
    [InlineData(0x1F, false)]
    [InlineData(0x20, true)]
    [InlineData(0x7E, true)]
    [InlineData(0x7F, false)]
    [InlineData(0xA0, false)]
    [InlineData(0xA1, true)]
    [InlineData(0xAD, false)]
    [InlineData(0x2028, false)]
    [InlineData(0x3000, false)]
    [InlineData(0xCF3, true)] // new in 15.0
    [InlineData(0x2FFC, false)] // new in 15.1
    [InlineData(0x1C89, false)] // new in 16.0
    [InlineData(0xE000, false)]
    [InlineData(0xFFFD, true)]
    [InlineData(0x1F600, true)]
    [InlineData(0x10FFFF, false)]
    public void Some_characters_are_printable(int codePoint, bool expected)
    {
        Assert.Equal(expected, GoPrintable.Contains(codePoint));
    }

    [Fact]
    public void The_table_agrees_with_the_categories_of_the_framework_where_that_is_no_newer()
    {
        int newer = 0;
        for (int codePoint = 0; codePoint < 0x110000; codePoint++)
        {
            bool isPrintable = codePoint == ' ' || CharUnicodeInfo.GetUnicodeCategory(codePoint)
                is <= UnicodeCategory.OtherNumber or (>= UnicodeCategory.ConnectorPunctuation and <= UnicodeCategory.OtherSymbol);

            Assert.False(GoPrintable.Contains(codePoint) && !isPrintable, $"U+{codePoint:X} is not printable.");
            newer += isPrintable && !GoPrintable.Contains(codePoint) ? 1 : 0;
        }

        Assert.InRange(newer, 627, 20_000); // 15.1 alone added 627
    }
}
