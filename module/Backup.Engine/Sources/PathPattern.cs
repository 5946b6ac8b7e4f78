namespace Backup.Engine.Sources;

/// <summary>A pattern for paths, cut into its parts: see <see cref="PathFilter"/>.</summary>
internal sealed class PathPattern
{
    private PathPattern(string text, bool isNegated, bool isRooted, PathPatternPart[] parts)
    {
        Text = text;
        IsNegated = isNegated;
        IsRooted = isRooted;
        Parts = parts;
    }

    /// <summary>The pattern as it was given.</summary>
    public string Text { get; }

    /// <summary>Whether it takes paths out again that earlier patterns matched (<c>!</c>).</summary>
    public bool IsNegated { get; }

    /// <summary>Whether it begins at the root; otherwise it may begin anywhere in a path.</summary>
    public bool IsRooted { get; }

    /// <summary>The parts after the root.</summary>
    public PathPatternPart[] Parts { get; }

    /// <summary>Reads a pattern.</summary>
    /// <param name="text">The pattern, not empty.</param>
    /// <param name="ignoreCase">Whether names are compared in lower case.</param>
    /// <param name="syntax">How paths are written here.</param>
    /// <returns>Null if it is malformed.</returns>
    public static PathPattern? TryParse(string text, bool ignoreCase, PathSyntax syntax)
    {
        bool isNegated = text[0] == '!';
        string cleaned = syntax.Clean(isNegated ? text[1..] : text).Replace(syntax.Separator, '/');
        byte[] bytes = FileName.Encode(cleaned);
        if (ignoreCase)
        {
            bytes = LowerCase.Of(bytes, []).ToArray();
        }

        bool isRooted = bytes[0] == (byte)'/';
        ReadOnlySpan<byte> rest = isRooted ? bytes.AsSpan(1) : bytes;
        var parts = new List<PathPatternPart>();
        foreach (Range range in rest.Split((byte)'/'))
        {
            if (PathPatternPart.TryParse(rest[range], hasEscapes: syntax.Separator != '\\') is not { } part)
            {
                return null;
            }

            parts.Add(part);
        }

        return new PathPattern(text, isNegated, isRooted, [.. parts]);
    }
}
