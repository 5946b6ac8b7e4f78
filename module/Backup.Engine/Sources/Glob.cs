namespace Backup.Engine.Sources;

/// <summary>
/// A pattern for one part of a path: <c>*</c> any bytes, <c>?</c> one character, <c>[a-z]</c> and <c>[^a-z]</c> one of a set,
/// <c>\</c> takes the next character as it is. It matches a name as a whole.
/// </summary>
/// <remarks>
/// The language is that of Go's <c>filepath.Match</c>, on bytes: a byte that is not UTF-8 counts as one character, and a
/// set sees it as U+FFFD.
/// </remarks>
internal sealed class Glob
{
    private readonly GlobSegment[] _segments; // what stands between the stars
    private readonly bool _startsWithStar;
    private readonly bool _endsWithStar;

    private Glob(GlobSegment[] segments, bool startsWithStar, bool endsWithStar)
    {
        _segments = segments;
        _startsWithStar = startsWithStar;
        _endsWithStar = endsWithStar;
    }

    /// <summary>Whether a part of a pattern means more than itself.</summary>
    public static bool HasMeta(ReadOnlySpan<byte> pattern) => pattern.ContainsAny("*?[]\\"u8);

    /// <summary>Reads a pattern.</summary>
    /// <param name="pattern">The pattern, without <c>/</c>.</param>
    /// <param name="hasEscapes">Whether <c>\</c> has its meaning: not on Windows, where it separates parts.</param>
    /// <returns>Null if a set is not closed, is empty or has a range with an end missing, or if nothing follows a <c>\</c>.</returns>
    public static Glob? TryParse(ReadOnlySpan<byte> pattern, bool hasEscapes)
    {
        bool startsWithStar = pattern.StartsWith((byte)'*');
        bool endsWithStar = false;
        var segments = new List<GlobSegment>();
        while (!pattern.IsEmpty)
        {
            int stars = pattern.IndexOfAnyExcept((byte)'*');
            endsWithStar = stars < 0;
            if (endsWithStar)
            {
                break;
            }

            pattern = pattern[stars..];
            if (GlobSegment.TryParse(ref pattern, hasEscapes) is not { } segment)
            {
                return null;
            }

            segments.Add(segment);
        }

        return new Glob([.. segments], startsWithStar, endsWithStar);
    }

    /// <summary>Whether the pattern describes this name.</summary>
    public bool IsMatch(ReadOnlySpan<byte> name)
    {
        for (int i = 0; i < _segments.Length; i++)
        {
            bool isFloating = i > 0 || _startsWithStar;
            bool endsHere = i == _segments.Length - 1 && !_endsWithStar;
            int length = _segments[i].Match(name, isFloating, endsHere);
            if (length < 0)
            {
                return false;
            }

            name = name[length..];
        }

        // Without segments the pattern is only stars, or empty.
        return _segments.Length > 0 || _startsWithStar || name.IsEmpty;
    }
}
