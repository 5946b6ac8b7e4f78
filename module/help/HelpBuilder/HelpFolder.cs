using System.Reflection;
using System.Text.RegularExpressions;

namespace Backup.HelpBuilder;

/// <summary>The pages of one language.</summary>
/// <param name="path">Their folder.</param>
internal sealed partial class HelpFolder(string path)
{
    /// <summary>The pages of cmdlets: all but those about something.</summary>
    public IReadOnlyList<(string Name, MarkdownPage Page)> Cmdlets =>
        [.. Files().Where(file => !IsTopic(file)).Select(file => (NameOf(file), MarkdownPage.Parse(File.ReadAllText(file))))];

    /// <summary>The pages about something.</summary>
    public IReadOnlyList<(string Name, string Text)> Topics => [.. Files().Where(IsTopic).Select(file => (NameOf(file), File.ReadAllText(file)))];

    /// <summary>Writes what Get-Help reads.</summary>
    public void Build(Assembly module, string target)
    {
        Directory.CreateDirectory(target);
        Dictionary<string, MarkdownPage> pages = Cmdlets.ToDictionary(each => each.Name, each => each.Page);
        IEnumerable<(CmdletInfo, MarkdownPage)> known = CmdletInfo.Of(module)
            .Where(cmdlet => pages.ContainsKey(cmdlet.Name)).Select(cmdlet => (cmdlet, pages[cmdlet.Name]));
        using (FileStream file = File.Create(Path.Combine(target, $"{module.GetName().Name}.dll-Help.xml")))
        {
            MamlWriter.Write(file, known);
        }

        foreach ((string name, string text) in Topics)
        {
            File.WriteAllText(Path.Combine(target, $"{name}.help.txt"), PlainText.Topic(MarkdownPage.Parse(text), text));
        }
    }

    /// <summary>Writes the section SYNTAX of each page anew.</summary>
    public void Update(Assembly module)
    {
        foreach (CmdletInfo cmdlet in CmdletInfo.Of(module))
        {
            string file = Path.Combine(path, $"{cmdlet.Name}.md");
            if (File.Exists(file))
            {
                string text = File.ReadAllText(file);
                File.WriteAllText(file, Syntax().Replace(text, _ => $"## SYNTAX\n\n{SyntaxText.Section(cmdlet)}\n\n", 1));
            }
        }
    }

    private static bool IsTopic(string file) => Path.GetFileName(file).StartsWith("about_", StringComparison.Ordinal);

    private static string NameOf(string file) => Path.GetFileNameWithoutExtension(file);

    private IEnumerable<string> Files() => Directory.EnumerateFiles(path, "*.md").Order(StringComparer.Ordinal);

    [GeneratedRegex(@"^## SYNTAX\n.*?(?=^## [A-Z])", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Syntax();
}
