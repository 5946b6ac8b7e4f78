using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Backup.TestKit.Dapr;

/// <summary>The part of CEL that routes are written in: comparisons of a member with a text, joined by &amp;&amp; and ||.</summary>
internal static partial class CelSubset
{
    /// <summary>Whether an event fits. An empty expression fits all.</summary>
    /// <exception cref="NotSupportedException">The expression is beyond the subset.</exception>
    public static bool Matches(string expression, JsonObject cloudEvent) =>
        expression.Length == 0
        || expression.Split("||").Any(any => any.Split("&&").All(all => Compare(all.Trim(), cloudEvent)));

    private static bool Compare(string comparison, JsonObject cloudEvent)
    {
        Match match = Comparison().Match(comparison);
        if (!match.Success)
        {
            throw new NotSupportedException($"The double has no CEL but comparisons with texts, and not «{comparison}».");
        }

        JsonNode? node = cloudEvent;
        foreach (string name in match.Groups["path"].Value.Split('.'))
        {
            node = (node as JsonObject)?[name];
        }

        string? actual = node is JsonValue value && value.TryGetValue(out string? text) ? text : null;
        return (actual == match.Groups["text"].Value) == (match.Groups["operator"].Value == "==");
    }

    [GeneratedRegex("""^event\.(?<path>[\w.]+)\s*(?<operator>==|!=)\s*["'](?<text>[^"']*)["']$""")]
    private static partial Regex Comparison();
}
