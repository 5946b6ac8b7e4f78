namespace Backup.Engine.Sources;

/// <summary>The formats in which paths to back up are listed in files.</summary>
internal static class PathLists
{
    /// <summary>Paths with wildcards, one per line; empty lines and comments (<c>#</c>) don't count.</summary>
    public static IEnumerable<string> ParsePatterns(ReadOnlySpan<byte> text) =>
        TextFile.Lines(text).Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#');

    /// <summary>Paths as they are, one per line; empty lines don't count.</summary>
    public static IEnumerable<string> ParseVerbatim(ReadOnlySpan<byte> text) =>
        TextFile.Lines(text).Where(line => line.Length > 0);

    /// <summary>Paths with a zero byte after each.</summary>
    /// <exception cref="FormatException">The last zero byte is missing, so the list may be cut off; or a path is empty.</exception>
    public static IEnumerable<string> ParseRaw(ReadOnlySpan<byte> bytes)
    {
        var paths = new List<string>();
        while (!bytes.IsEmpty)
        {
            int end = bytes.IndexOf((byte)0);
            if (end <= 0)
            {
                throw new FormatException(end < 0
                    ? "there is no zero byte after the last path, so the list is cut off"
                    : "there is an empty path");
            }

            paths.Add(FileName.Decode(bytes[..end]));
            bytes = bytes[(end + 1)..];
        }

        return paths;
    }
}
