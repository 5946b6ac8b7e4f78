namespace Backup.HelpBuilder;

/// <summary>A page of help: a title, sections, and parts of them.</summary>
internal sealed class MarkdownPage
{
    private readonly List<(string Heading, string Text, List<(string Heading, string Text)> Parts)> _sections = [];

    private MarkdownPage(string title) => Title = title;

    public string Title { get; }

    /// <summary>The names of the sections, in order.</summary>
    public IEnumerable<string> Headings => _sections.Select(section => section.Heading);

    /// <summary>Reads a page.</summary>
    /// <exception cref="FormatException">It does not begin with a title.</exception>
    public static MarkdownPage Parse(string text)
    {
        MarkdownPage? page = null;
        List<string> lines = [];
        bool isCode = false;
        foreach (string line in text.ReplaceLineEndings("\n").Split('\n'))
        {
            isCode ^= line.StartsWith("```", StringComparison.Ordinal);
            if (isCode || !line.StartsWith('#'))
            {
                lines.Add(line);
            }
            else if (line.StartsWith("# ", StringComparison.Ordinal))
            {
                page = new MarkdownPage(line[2..].Trim());
                lines.Clear();
            }
            else if (page is not null)
            {
                page.Close(lines);
                bool isPart = line.StartsWith("### ", StringComparison.Ordinal);
                if (isPart && page._sections.Count > 0)
                {
                    page._sections[^1].Parts.Add((line[4..].Trim(), ""));
                }
                else
                {
                    page._sections.Add((line[3..].Trim(), "", []));
                }
            }
        }

        page?.Close(lines);
        return page ?? throw new FormatException("The page has no title: a line that begins with «# ».");
    }

    /// <summary>The text of a section before its parts; empty if there is none.</summary>
    public string Section(string heading) => _sections.FirstOrDefault(section => section.Heading == heading).Text ?? "";

    /// <summary>The parts of a section.</summary>
    public IReadOnlyList<(string Heading, string Text)> Parts(string heading) =>
        _sections.FirstOrDefault(section => section.Heading == heading).Parts ?? [];

    /// <summary>The blocks of code in a text, by their language, and what stands between them.</summary>
    public static IEnumerable<(string? Language, string Text)> Blocks(string text)
    {
        string? language = null;
        List<string> lines = [];
        foreach (string line in text.Split('\n'))
        {
            if (!line.StartsWith("```", StringComparison.Ordinal))
            {
                lines.Add(line);
                continue;
            }

            string block = string.Join('\n', lines).Trim('\n');
            if (language is not null || block.Length > 0)
            {
                yield return (language, block);
            }

            lines.Clear();
            language = language is null ? line[3..].Trim() : null;
        }

        string rest = string.Join('\n', lines).Trim('\n');
        if (rest.Length > 0)
        {
            yield return (null, rest);
        }
    }

    private void Close(List<string> lines)
    {
        string text = string.Join('\n', lines).Trim('\n');
        lines.Clear();
        if (_sections.Count == 0)
        {
            return; // between the title and the first section
        }

        (string heading, string before, List<(string, string)> parts) = _sections[^1];
        if (parts.Count > 0)
        {
            parts[^1] = (parts[^1].Item1, text);
        }
        else
        {
            _sections[^1] = (heading, before + text, parts);
        }
    }
}
