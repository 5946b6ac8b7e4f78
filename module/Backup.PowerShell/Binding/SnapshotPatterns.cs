using System.Text;

namespace Backup.PowerShell.Binding;

/// <summary>Patterns of paths in snapshots, as the engine reads them.</summary>
internal static class SnapshotPatterns
{
    /// <summary>The pattern that matches one absolute path and nothing else but what is below it.</summary>
    public static string Literal(string path)
    {
        var pattern = new StringBuilder(path.Length);
        foreach (char c in path)
        {
            _ = c switch
            {
                '*' or '?' or '[' => pattern.Append('[').Append(c).Append(']'),
                '\\' when !OperatingSystem.IsWindows() => pattern.Append(@"\\"),
                _ => pattern.Append(c),
            };
        }

        return pattern.ToString();
    }
}
