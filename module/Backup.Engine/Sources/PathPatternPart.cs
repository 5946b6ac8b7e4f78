namespace Backup.Engine.Sources;

/// <summary>A part of a <see cref="PathPattern"/>: a name, a <see cref="Glob"/>, or <c>**</c> for any number of folders.</summary>
internal sealed class PathPatternPart
{
    private readonly Glob? _glob;

    private PathPatternPart(byte[]? literal, Glob? glob)
    {
        Literal = literal;
        _glob = glob;
    }

    /// <summary>The one name it matches; null if it isn't that simple.</summary>
    public byte[]? Literal { get; }

    /// <summary>Whether it matches any number of folders, none included.</summary>
    public bool IsAnyFolders => Literal is null && _glob is null;

    /// <summary>Reads a part; null if it is malformed.</summary>
    public static PathPatternPart? TryParse(ReadOnlySpan<byte> text, bool hasEscapes)
    {
        // The part after the root is empty in the pattern "/" alone, and restic takes that for "/**".
        if (text.IsEmpty || text.SequenceEqual("**"u8))
        {
            return new PathPatternPart(null, null);
        }

        if (!Glob.HasMeta(text))
        {
            return new PathPatternPart(text.ToArray(), null);
        }

        return Glob.TryParse(text, hasEscapes) is { } glob ? new PathPatternPart(null, glob) : null;
    }

    /// <summary>Whether it matches this one name.</summary>
    public bool IsMatch(ReadOnlySpan<byte> name) =>
        Literal is not null ? name.SequenceEqual(Literal) : _glob is null || _glob.IsMatch(name);
}
