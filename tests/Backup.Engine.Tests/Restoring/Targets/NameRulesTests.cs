using Backup.Engine.Restoring.Targets;

namespace Backup.Engine.Tests.Restoring.Targets;

public sealed class NameRulesTests
{
    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("/")]
    [InlineData("/etc/passwd")]
    [InlineData("a/b")]
    [InlineData("../x")]
    [InlineData("a/")]
    [InlineData("a\0b")]
    public void What_is_no_single_name_is_refused_everywhere(string name)
    {
        Assert.NotNull(NameRules.Judge(name, forWindows: false));
        Assert.NotNull(NameRules.Judge(name, forWindows: true));
    }

    [Theory]
    [InlineData("..\\x")]
    [InlineData("a\\b")]
    [InlineData("\\\\server\\share")]
    [InlineData("C:")]
    [InlineData("C:x")]
    [InlineData("file:stream")]
    [InlineData("file::$DATA")]
    [InlineData("con")]
    [InlineData("NUL.txt")]
    [InlineData("nul .tar.gz")]
    [InlineData("AUX")]
    [InlineData("PRN")]
    [InlineData("com1")]
    [InlineData("COM0")]
    [InlineData("LPT9.log")]
    [InlineData("COM¹")]
    [InlineData("CONIN$")]
    [InlineData("conout$")]
    [InlineData("end.")]
    [InlineData("...")]
    [InlineData("end ")]
    [InlineData("what?")]
    [InlineData("a*b")]
    [InlineData("a|b")]
    [InlineData("a\tb")]
    public void What_means_something_to_Windows_is_refused_only_there(string name)
    {
        Assert.NotNull(NameRules.Judge(name, forWindows: true));
        Assert.Null(NameRules.Judge(name, forWindows: false));
    }

    [Theory]
    [InlineData("a")]
    [InlineData("..a")]
    [InlineData(" a")]
    [InlineData("console")]
    [InlineData("com")]
    [InlineData("com10")]
    [InlineData("COMA")]
    [InlineData("naïve größe 🙂")]
    [InlineData("-rf")]
    public void Ordinary_names_are_fine_everywhere(string name)
    {
        Assert.Null(NameRules.Judge(name, forWindows: false));
        Assert.Null(NameRules.Judge(name, forWindows: true));
    }

    [Fact]
    public void What_would_come_out_as_another_name_is_refused()
    {
        string[] names = ["\uD800", "\uDC00x", "\uDCC3\uDCA9" /* the bytes of «é» */];

        Assert.All(names, name => Assert.NotNull(NameRules.Judge(name, forWindows: false)));
    }

    [Fact]
    public void Bytes_that_are_no_text_are_a_name_on_Unix() =>
        Assert.Null(NameRules.Judge(FileName.Decode([0xFF, 0xFE, (byte)'x']), forWindows: false));

    [Theory]
    [InlineData(255, true)]
    [InlineData(256, false)]
    public void A_name_has_255_bytes_at_most(int length, bool isFine) =>
        Assert.Equal(isFine, NameRules.Judge(new string('x', length), forWindows: false) is null);

    [Fact]
    public void Length_counts_in_bytes() =>
        Assert.NotNull(NameRules.Judge(new string('ü', 128), forWindows: false));
}
