using System.Globalization;
using System.Xml;

namespace Backup.HelpBuilder;

/// <summary>Writes pages in MAML, the XML that Get-Help reads.</summary>
internal sealed class MamlWriter(XmlWriter xml)
{
    private const string Maml = "http://schemas.microsoft.com/maml/2004/10";
    private const string Command = "http://schemas.microsoft.com/maml/dev/command/2004/10";
    private const string Dev = "http://schemas.microsoft.com/maml/dev/2004/10";

    /// <summary>Writes the whole file.</summary>
    public static void Write(Stream stream, IEnumerable<(CmdletInfo Cmdlet, MarkdownPage Page)> pages)
    {
        using var xml = XmlWriter.Create(stream, new XmlWriterSettings { Indent = true, NewLineChars = "\n", Encoding = new System.Text.UTF8Encoding(false) });
        xml.WriteStartDocument();
        xml.WriteStartElement("helpItems", "http://msh");
        xml.WriteAttributeString("schema", "maml");
        var writer = new MamlWriter(xml);
        foreach ((CmdletInfo cmdlet, MarkdownPage page) in pages)
        {
            writer.WriteCommand(cmdlet, page);
        }

        xml.WriteEndElement();
        xml.WriteEndDocument();
    }

    private void WriteCommand(CmdletInfo cmdlet, MarkdownPage page)
    {
        xml.WriteStartElement("command", "command", Command);
        xml.WriteAttributeString("xmlns", "maml", null, Maml);
        xml.WriteAttributeString("xmlns", "dev", null, Dev);
        Element("details", Command, () =>
        {
            Text("name", Command, cmdlet.Name);
            Text("verb", Command, cmdlet.Verb);
            Text("noun", Command, cmdlet.Noun);
            Paragraphs("description", Maml, page.Section("SYNOPSIS"));
        });
        Paragraphs("description", Maml, page.Section("DESCRIPTION"));
        Element("syntax", Command, () =>
        {
            foreach (string set in SyntaxText.Sets(cmdlet))
            {
                Element("syntaxItem", Command, () =>
                {
                    Text("name", Maml, cmdlet.Name);
                    foreach (ParameterInfo parameter in SyntaxText.Ordered(cmdlet, set))
                    {
                        WriteParameter(parameter, set, page);
                    }
                });
            }
        });
        Element("parameters", Command, () =>
        {
            foreach (ParameterInfo parameter in cmdlet.Parameters.OrderBy(parameter => parameter.Name, StringComparer.Ordinal))
            {
                WriteParameter(parameter, SyntaxText.Sets(cmdlet).First(parameter.IsIn), page);
            }
        });
        WriteTypes("inputTypes", "inputType", page.Parts("INPUTS"));
        WriteTypes("returnValues", "returnValue", page.Parts("OUTPUTS"));
        Element("alertSet", Maml, () => Paragraphs("alert", Maml, page.Section("NOTES")));
        WriteExamples(page);
        WriteLinks(page);
        xml.WriteEndElement();
    }

    private void WriteParameter(ParameterInfo parameter, string set, MarkdownPage page)
    {
        string pipeline = (parameter.Setting<bool>(set, "ValueFromPipeline"), parameter.Setting<bool>(set, "ValueFromPipelineByPropertyName")) switch
        {
            (true, true) => "True (ByValue, ByPropertyName)",
            (true, false) => "True (ByValue)",
            (false, true) => "True (ByPropertyName)",
            _ => "False",
        };
        xml.WriteStartElement("command", "parameter", Command);
        xml.WriteAttributeString("required", parameter.Setting<bool>(set, "Mandatory") ? "true" : "false");
        xml.WriteAttributeString("variableLength", parameter.Type.IsArray ? "true" : "false");
        xml.WriteAttributeString("globbing", parameter.SupportsWildcards ? "true" : "false");
        xml.WriteAttributeString("pipelineInput", pipeline);
        xml.WriteAttributeString(
            "position", parameter.Setting<int?>(set, "Position") is { } position ? position.ToString(CultureInfo.InvariantCulture) : "named");
        xml.WriteAttributeString("aliases", parameter.Aliases.Count > 0 ? string.Join(", ", parameter.Aliases) : "none");
        Text("name", Maml, parameter.Name);
        Paragraphs("description", Maml, page.Parts("PARAMETERS").FirstOrDefault(part => part.Heading == $"-{parameter.Name}").Text ?? "");
        if (parameter.TypeName != "switch")
        {
            xml.WriteStartElement("command", "parameterValue", Command);
            xml.WriteAttributeString("required", "true");
            xml.WriteAttributeString("variableLength", parameter.Type.IsArray ? "true" : "false");
            xml.WriteString(parameter.TypeName);
            xml.WriteEndElement();
        }

        Element("type", Dev, () =>
        {
            Text("name", Maml, parameter.TypeName);
            Text("uri", Maml, "");
        });
        Text("defaultValue", Dev, parameter.TypeName == "switch" ? "False" : "None");
        xml.WriteEndElement();
    }

    private void WriteTypes(string list, string item, IReadOnlyList<(string Heading, string Text)> types) =>
        Element(list, Command, () =>
        {
            foreach ((string name, string text) in types)
            {
                Element(item, Command, () =>
                {
                    Element("type", Dev, () => Text("name", Maml, name));
                    Paragraphs("description", Maml, text);
                });
            }
        });

    private void WriteExamples(MarkdownPage page) => Element("examples", Command, () =>
    {
        foreach ((string title, string text) in page.Parts("EXAMPLES"))
        {
            (string? Language, string Text)[] blocks = [.. MarkdownPage.Blocks(text)];
            Element("example", Command, () =>
            {
                Text("title", Maml, $"----- {title} -----");
                Text("code", Dev, string.Join("\n\n", blocks.Where(block => block.Language is not null).Select(block => block.Text)));
                Paragraphs("remarks", Dev, string.Join("\n\n", blocks.Where(block => block.Language is null).Select(block => block.Text)));
            });
        }
    });

    private void WriteLinks(MarkdownPage page) => Element("relatedLinks", Command, () =>
    {
        foreach (string line in page.Section("RELATED LINKS").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            Element("navigationLink", Maml, () =>
            {
                Text("linkText", Maml, PlainText.Inline(line.TrimStart('-', ' ')));
                Text("uri", Maml, "");
            });
        }
    });

    private void Paragraphs(string name, string space, string markdown) => Element(name, space, () =>
    {
        foreach (string paragraph in PlainText.Paragraphs(markdown))
        {
            Text("para", Maml, paragraph);
        }
    });

    private void Element(string name, string space, Action content)
    {
        xml.WriteStartElement(PrefixOf(space), name, space);
        content();
        xml.WriteEndElement();
    }

    private void Text(string name, string space, string text) => xml.WriteElementString(PrefixOf(space), name, space, text);

    private static string PrefixOf(string space) => space switch
    {
        Maml => "maml",
        Dev => "dev",
        _ => "command",
    };
}
