using System.Text;
using System.Text.RegularExpressions;

namespace Backup.HelpBuilder;

/// <summary>Markdown as a terminal shows it.</summary>
internal static partial class PlainText
{
    /// <summary>The paragraphs of a text; line ends within them are blanks.</summary>
    public static IEnumerable<string> Paragraphs(string markdown)
    {
        foreach ((string? language, string text) in MarkdownPage.Blocks(markdown))
        {
            if (language is not null)
            {
                yield return text;
                continue;
            }

            foreach (string paragraph in text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
            {
                yield return Inline(ListItem().Replace(paragraph.Trim('\n'), "\n$1").Replace("\n", " \n", StringComparison.Ordinal))
                    .Split(" \n").Aggregate(static (all, line) => ListItem().IsMatch("\n" + line) ? $"{all}\n{line}" : $"{all} {line.Trim()}");
            }
        }
    }

    /// <summary>An about topic as Get-Help shows it.</summary>
    public static string Topic(MarkdownPage page, string markdown)
    {
        var text = new StringBuilder($"TOPIC\n    {page.Title}\n");
        bool isCode = false;
        foreach (string line in markdown.ReplaceLineEndings("\n").Split('\n').SkipWhile(line => !line.StartsWith("# ", StringComparison.Ordinal)).Skip(1))
        {
            if (line.StartsWith("```", StringComparison.Ordinal))
            {
                isCode = !isCode;
                continue;
            }

            text.Append('\n').Append(
                isCode ? $"        {line}"
                : line.StartsWith("## ", StringComparison.Ordinal) ? line[3..].ToUpperInvariant()
                : line.StartsWith("### ", StringComparison.Ordinal) ? $"  {line[4..]}"
                : line.Length > 0 ? $"    {Inline(line)}"
                : "");
        }

        return TrailingBlanks().Replace(text.ToString(), "").TrimEnd('\n') + "\n";
    }

    /// <summary>Without the marks for code, emphasis and links.</summary>
    public static string Inline(string text) => Emphasis().Replace(Link().Replace(text, "$1"), "$1").Replace("`", "", StringComparison.Ordinal);

    [GeneratedRegex(@"\n([-*] |\d+\. )")]
    private static partial Regex ListItem();

    [GeneratedRegex(@"\[([^\]]+)\]\([^)]+\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"\*\*([^*]+)\*\*")]
    private static partial Regex Emphasis();

    [GeneratedRegex(@"[ \t]+(?=\n)")]
    private static partial Regex TrailingBlanks();
}
