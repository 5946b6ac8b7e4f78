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

    [Theory]
    [InlineData(255, true)]
    [InlineData(256, false)]
    public void On_Windows_a_name_has_255_characters_at_most(int length, bool isFine) =>
        Assert.Equal(isFine, NameRules.Judge(new string('ü', length), forWindows: true) is null);

    [Theory]
    [InlineData("README", "readme", true)]
    [InlineData("Größe", "GRÖSSE", false)]
    [InlineData("naïve", "NAÏVE", true)]
    [InlineData("caf\u00E9", "cafe\u0301", false)]
    [InlineData("a", "b", false)]
    public void Windows_takes_names_that_differ_in_case_for_the_same(string left, string right, bool areSame) =>
        Assert.Equal(areSame, NameRules.FoldForWindows(left) == NameRules.FoldForWindows(right));

    [Theory]
    [InlineData("README", "readme", true)]
    [InlineData("caf\u00E9", "cafe\u0301", true)]
    [InlineData("CAF\u00C9", "cafe\u0301", true)]
    [InlineData("cafe", "caf\u00E9", false)]
    [InlineData("\u212B", "\u00E5", true)] // the sign for ångström, and the letter
    [InlineData("a", "b", false)]
    public void MacOS_takes_names_that_differ_in_case_or_composition_for_the_same(string left, string right, bool areSame) =>
        Assert.Equal(areSame, NameRules.FoldForMacOS(left) == NameRules.FoldForMacOS(right));

    [Fact]
    public void Bytes_that_are_no_text_are_the_same_only_as_themselves()
    {
        string name = FileName.Decode([0xFF, (byte)'a']);

        Assert.Equal(name, NameRules.FoldForMacOS(name));
        Assert.NotEqual(NameRules.FoldForMacOS(name), NameRules.FoldForMacOS(FileName.Decode([0xFF, (byte)'A'])));
    }

    [Fact]
    public void Length_counts_in_bytes() =>
        Assert.NotNull(NameRules.Judge(new string('ü', 128), forWindows: false));
}
