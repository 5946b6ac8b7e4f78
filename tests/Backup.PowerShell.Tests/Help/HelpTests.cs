using System.Text.RegularExpressions;
using System.Xml.Linq;
using Backup.HelpBuilder;
using Backup.PowerShell.Tests.Surface;
using CmdletInfo = Backup.HelpBuilder.CmdletInfo;

namespace Backup.PowerShell.Tests.Help;

/// <summary>Every cmdlet and every parameter is explained, and nothing that is not there.</summary>
public sealed partial class HelpTests
{
    private static readonly XNamespace Command = "http://schemas.microsoft.com/maml/dev/command/2004/10";

    private static readonly XNamespace Maml = "http://schemas.microsoft.com/maml/2004/10";

    private static readonly string[] Sections =
        ["SYNOPSIS", "SYNTAX", "DESCRIPTION", "EXAMPLES", "PARAMETERS", "INPUTS", "OUTPUTS", "NOTES", "RELATED LINKS"];

    private static readonly HelpFolder Folder = new(SourceTree.Combine("module/help/en-US"));

    private static readonly Dictionary<string, MarkdownPage> Pages = Folder.Cmdlets.ToDictionary(each => each.Name, each => each.Page);

    public static TheoryData<string> Names { get; } = [.. Cmdlets.All.Select(cmdlet => cmdlet.Name)];

    [Fact]
    public void There_is_a_page_for_each_cmdlet_and_for_nothing_else() => Assert.Equal(
        Cmdlets.All.Select(cmdlet => cmdlet.Name).Order(StringComparer.Ordinal), Pages.Keys.Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Names))]
    public void A_page_has_all_sections_and_is_named_like_its_cmdlet(string name)
    {
        Assert.Equal(name, Pages[name].Title);
        Assert.Equal(Sections, Pages[name].Headings);
        Assert.NotEmpty(Pages[name].Section("SYNOPSIS"));
        Assert.NotEmpty(Pages[name].Section("DESCRIPTION"));
        Assert.NotEmpty(Pages[name].Section("NOTES"));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_page_explains_exactly_the_parameters_that_there_are(string name)
    {
        IReadOnlyList<(string Heading, string Text)> parameters = Pages[name].Parts("PARAMETERS");

        Assert.Equal(
            CmdletOf(name).Parameters.Select(parameter => $"-{parameter.Name}").Order(StringComparer.Ordinal),
            parameters.Select(parameter => parameter.Heading).Order(StringComparer.Ordinal));
        Assert.All(parameters, parameter => Assert.NotEmpty(parameter.Text));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_syntax_is_that_of_the_cmdlet(string name)
    {
        string page = File.ReadAllText(SourceTree.Combine($"module/help/en-US/{name}.md"));

        // To write it anew: dotnet run --project module/help/HelpBuilder -- MODULE.dll module/help/en-US --update
        Assert.Contains($"## SYNTAX\n\n{SyntaxText.Section(CmdletOf(name))}\n\n## DESCRIPTION", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Writing_the_syntax_anew_changes_nothing_else()
    {
        using var copy = new TempFolder();
        string[] pages = Directory.GetFiles(SourceTree.Combine("module/help/en-US"), "*.md");
        foreach (string page in pages)
        {
            File.Copy(page, copy.Combine(Path.GetFileName(page)));
        }

        new HelpFolder(copy.FullName).Update(typeof(BackupCommand).Assembly);

        Assert.All(pages, page => Assert.Equal(File.ReadAllText(page), File.ReadAllText(copy.Combine(Path.GetFileName(page)))));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void There_are_at_least_two_examples_with_code_and_words(string name)
    {
        IReadOnlyList<(string Heading, string Text)> examples = Pages[name].Parts("EXAMPLES");

        Assert.True(examples.Count >= 2);
        Assert.All(examples, example =>
        {
            (string? Language, string Text)[] blocks = [.. MarkdownPage.Blocks(example.Text)];
            Assert.Contains(blocks, block => block.Language is "powershell" or "powershell norun");
            Assert.Contains(blocks, block => block.Language is null);
        });
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void What_is_given_is_what_the_cmdlet_declares(string name) => Assert.Equal(
        CmdletOf(name).OutputTypes.Select(type => type == typeof(void) ? "None" : type.FullName ?? "").Where(type => !type.EndsWith("[]", StringComparison.Ordinal)),
        Pages[name].Parts("OUTPUTS").Select(part => part.Heading));

    [Theory]
    [MemberData(nameof(Names))]
    public void Links_lead_to_pages_that_are_there(string name) => Assert.All(
        Link().Matches(Pages[name].Section("RELATED LINKS")).Select(link => link.Groups[1].Value),
        link => Assert.True(File.Exists(SourceTree.Combine($"module/help/en-US/{link}")), link));

    [Fact]
    public void What_is_staged_is_built_of_the_pages()
    {
        var help = XDocument.Load(StagedModule.Combine("en-US/Backup.PowerShell.dll-Help.xml"));
        List<XElement> commands = [.. help.Descendants(Command + "command")];

        Assert.Equal("maml", help.Root?.Attribute("schema")?.Value);
        Assert.Equal(
            Cmdlets.All.Select(cmdlet => cmdlet.Name),
            commands.Select(command => command.Element(Command + "details")?.Element(Command + "name")?.Value));
        Assert.All(commands, command =>
        {
            CmdletInfo cmdlet = CmdletOf(command.Element(Command + "details")?.Element(Command + "name")?.Value ?? "");
            IEnumerable<XElement> parameters = command.Element(Command + "parameters")?.Elements() ?? [];
            Assert.Equal(cmdlet.Parameters.Count, parameters.Count());
            Assert.All(parameters, parameter => Assert.NotEmpty(parameter.Element(Maml + "description")?.Value ?? ""));
            Assert.Equal(Math.Max(1, cmdlet.Sets.Count), command.Element(Command + "syntax")?.Elements().Count() >= 1 ? Math.Max(1, cmdlet.Sets.Count) : 0);
        });
    }

    [Fact]
    public void Topics_are_staged_and_fit_a_terminal()
    {
        string[] staged = [.. Directory.EnumerateFiles(StagedModule.Combine("en-US"), "about_*.help.txt")];

        Assert.Equal(Folder.Topics.Select(topic => topic.Name + ".help.txt"), staged.Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal));
        Assert.Contains(staged, path => path.EndsWith("about_Backup.help.txt", StringComparison.Ordinal));
        Assert.All(staged, path =>
        {
            string[] lines = File.ReadAllLines(path);
            Assert.Equal(["TOPIC", "    " + Path.GetFileName(path)[..^".help.txt".Length]], lines[..2]);
            Assert.All(lines, line => Assert.True(line.Length <= 100, line));
        });
    }

    private static CmdletInfo CmdletOf(string name) => Cmdlets.All.Single(cmdlet => cmdlet.Name == name);

    [GeneratedRegex(@"\(([^)]+\.md)\)")]
    private static partial Regex Link();
}
