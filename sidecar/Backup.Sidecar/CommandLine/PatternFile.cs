using System.Text;
using Backup.Engine;

namespace Backup.Sidecar.CommandLine;

/// <summary>
/// Files with a pattern per line. As with restic, blanks around it, empty lines and lines that begin with # don't
/// count, <c>$NAME</c> and <c>${NAME}</c> stand for environment variables, and <c>$$</c> for a dollar sign.
/// </summary>
internal static class PatternFile
{
    /// <summary>The patterns of some files, in order.</summary>
    /// <exception cref="UsageException">One can't be read.</exception>
    public static IEnumerable<string> Read(IEnumerable<string> paths, EnvironmentSettings settings) =>
        from path in paths
        from line in TextFile.ReadLines(path, "pattern file")
        let pattern = line.Trim()
        where pattern.Length > 0 && pattern[0] != '#'
        select Expand(pattern, settings);

    /// <summary>Puts in environment variables; one that isn't set is empty.</summary>
    public static string Expand(string pattern, EnvironmentSettings settings)
    {
        var text = new StringBuilder(pattern.Length);
        for (int i = 0; i < pattern.Length; i++)
        {
            if (pattern[i] != '$' || i + 1 == pattern.Length)
            {
                text.Append(pattern[i]);
                continue;
            }

            int close = pattern[i + 1] == '{' ? pattern.IndexOf('}', i) : -1;
            if (close >= 0)
            {
                text.Append(settings.Exact(pattern[(i + 2)..close]));
                i = close;
            }
            else if (pattern[i + 1] == '$')
            {
                text.Append('$');
                i++;
            }
            else
            {
                int end = i + 1;
                while (end < pattern.Length && (char.IsAsciiLetterOrDigit(pattern[end]) || pattern[end] == '_'))
                {
                    end++;
                }

                text.Append(end == i + 1 ? "$" : settings.Exact(pattern[(i + 1)..end]));
                i = end - 1;
            }
        }

        return text.ToString();
    }
}
