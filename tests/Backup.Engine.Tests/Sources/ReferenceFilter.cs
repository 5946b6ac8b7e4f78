using System.Text.RegularExpressions;

namespace Backup.Engine.Tests.Sources;

/// <summary>The rules of exclude patterns, in the plainest way: as regular expressions over the whole path.</summary>
internal static class ReferenceFilter
{
    public static (bool IsMatch, bool ChildMayMatch) Match(string[] patterns, string path)
    {
        bool isMatch = false;
        bool childMayMatch = false;
        foreach (string pattern in patterns)
        {
            bool isNegated = pattern[0] == '!';
            string text = isNegated ? pattern[1..] : pattern;
            bool matches = Matches(text, path);
            if (isNegated)
            {
                isMatch &= !matches;
                childMayMatch &= !matches;
            }
            else
            {
                isMatch |= matches;
                childMayMatch |= CanMatchBelow(text, path);
            }
        }

        return (isMatch, childMayMatch);
    }

    private static bool Matches(string pattern, string path) =>
        Regex.IsMatch(WithRoot(path), $"^{Lead(pattern, path)}{ToRegex(Parts(pattern))}(/.*)?$");

    // Patterns without root can always begin below; others if their beginning, as long as the path, matches it.
    private static bool CanMatchBelow(string pattern, string path)
    {
        if (!IsRooted(pattern))
        {
            return true;
        }

        string[] parts = Parts(pattern);
        string[] names = path.TrimStart('/').Split('/');
        int anyFolders = Array.IndexOf(parts, "**");
        int known = Math.Min(names.Length, anyFolders < 0 ? parts.Length : anyFolders);
        return path[0] == '/' && Regex.IsMatch(
            string.Concat(names[..known].Select(name => "/" + name)),
            $"^{ToRegex(parts[..known])}$");
    }

    private static bool IsRooted(string pattern) => pattern[0] == '/';

    private static string[] Parts(string pattern) => (IsRooted(pattern) ? pattern[1..] : pattern).Split('/');

    private static string WithRoot(string path) => path[0] == '/' ? path : "/" + path;

    private static string Lead(string pattern, string path) =>
        !IsRooted(pattern) ? "(/[^/]+)*" : path[0] == '/' ? "" : "never";

    private static string ToRegex(string[] parts) =>
        string.Concat(parts.Select(part => part == "**" ? "(/[^/]+)*" : "/" + Regex.Escape(part)
            .Replace("\\*", "[^/]*", StringComparison.Ordinal)
            .Replace("\\?", "[^/]", StringComparison.Ordinal)
            .Replace("\\[ab]", "[ab]", StringComparison.Ordinal)));
}
