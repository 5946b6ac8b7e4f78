using Backup.HelpBuilder;

namespace Backup.PowerShell.Tests.Help;

public sealed class MarkdownPageTests
{
    private const string Text = "# Get-X\n\n## ONE\n\ntext\nmore\n\n## TWO\n\nbefore\n\n### -A\n\nfirst\n\n```powershell\n# not a heading\n```\n\n### -B\n\nsecond\n";

    [Fact]
    public void Sections_and_parts_are_found()
    {
        MarkdownPage page = MarkdownPage.Parse(Text);

        Assert.Equal("Get-X", page.Title);
        Assert.Equal(["ONE", "TWO"], page.Headings);
        Assert.Equal("text\nmore", page.Section("ONE"));
        Assert.Equal("before", page.Section("TWO"));
        Assert.Equal([("-A", "first\n\n```powershell\n# not a heading\n```"), ("-B", "second")], page.Parts("TWO"));
        Assert.Equal("", page.Section("THREE"));
    }

    [Fact]
    public void Code_and_words_are_told_apart() => Assert.Equal(
        [(null, "a"), ("powershell", "b\n\nc"), (null, "d")],
        MarkdownPage.Blocks("a\n\n```powershell\nb\n\nc\n```\n\nd"));

    [Fact]
    public void Paragraphs_flow_and_lists_stay_lists() => Assert.Equal(
        ["one two code", "- a\n- b c"],
        PlainText.Paragraphs("one\ntwo `code`\n\n- a\n- b\n  c"));

    [Fact]
    public void A_page_without_a_title_is_refused() => Assert.Throws<FormatException>(() => MarkdownPage.Parse("## ONE\n"));
}
