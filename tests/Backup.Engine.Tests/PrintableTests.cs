namespace Backup.Engine.Tests;

public sealed class PrintableTests
{
    [Theory]
    [InlineData("/home/ann/Übung 日本 🎉.txt")]
    [InlineData("")]
    [InlineData("a\"b\\c")]
    public void What_can_be_printed_stays_as_it_is(string name) => Assert.Equal(name, Printable.Name(name));

    [Theory]
    [InlineData("a\nb", "\"a\\nb\"")]
    [InlineData("a\"\\\r\t\u0001", "\"a\\\"\\\\\\r\\t\\x01\"")]
    [InlineData("\u001b[31mred", "\"\\x1b[31mred\"")]
    [InlineData("evil\u202Etxt.exe", "\"evil\\u202etxt.exe\"")]
    [InlineData("\U000E0001", "\"\\U000e0001\"")]
    [InlineData("no\u00A0break", "\"no\\u00a0break\"")]
    public void What_would_harm_a_terminal_is_escaped(string name, string expected) =>
        Assert.Equal(expected, Printable.Name(name));

    [Fact]
    public void Bytes_that_are_not_UTF8_show_as_bytes()
    {
        string name = FileName.Decode([(byte)'n', 0xff, 0x80, 0xc3, 0xa4]);

        Assert.Equal("\"n\\xff\\x80ä\"", Printable.Name(name));
    }
}
