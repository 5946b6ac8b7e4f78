using System.Buffers;
using System.Text;

namespace Backup.Engine.Sources;

/// <summary>The part of a <see cref="Glob"/> between two stars: literal bytes, single characters and sets.</summary>
internal sealed class GlobSegment
{
    private readonly byte[]? _literal; // all of it, where it is only literal
    private readonly Element[] _elements;

    private GlobSegment(byte[]? literal, Element[] elements)
    {
        _literal = literal;
        _elements = elements;
    }

    private enum ElementKind : byte
    {
        Literal,
        AnyCharacter,
        Set,
        SetOfOthers,
    }

    /// <summary>Reads a segment from the beginning of a pattern, which then begins with a star or is empty.</summary>
    public static GlobSegment? TryParse(ref ReadOnlySpan<byte> pattern, bool hasEscapes)
    {
        var elements = new List<Element>();
        while (!pattern.IsEmpty && pattern[0] != (byte)'*')
        {
            byte first = pattern[0];
            if (first == (byte)'[')
            {
                pattern = pattern[1..];
                if (TryParseSet(ref pattern, hasEscapes) is not { } set)
                {
                    return null;
                }

                elements.Add(set);
                continue;
            }

            if (first == (byte)'\\' && hasEscapes)
            {
                pattern = pattern[1..];
                if (pattern.IsEmpty)
                {
                    return null;
                }
            }

            elements.Add(first == (byte)'?'
                ? new Element(ElementKind.AnyCharacter, 0, [])
                : new Element(ElementKind.Literal, pattern[0], []));
            pattern = pattern[1..];
        }

        return new GlobSegment(
            elements.TrueForAll(element => element.Kind == ElementKind.Literal)
                ? [.. elements.Select(element => element.Byte)]
                : null,
            [.. elements]);
    }

    /// <summary>Finds the segment in a name.</summary>
    /// <param name="name">The name, from where the segment before ended.</param>
    /// <param name="isFloating">Whether bytes may be skipped first: there is a star before.</param>
    /// <param name="endsHere">Whether nothing may follow.</param>
    /// <returns>Where the segment ends in <paramref name="name"/>; -1 if it isn't found.</returns>
    public int Match(ReadOnlySpan<byte> name, bool isFloating, bool endsHere)
    {
        if (_literal is not null)
        {
            return MatchLiteral(name, _literal, isFloating, endsHere);
        }

        int lastStart = isFloating ? name.Length : 0;
        for (int start = 0; start <= lastStart; start++)
        {
            int length = MatchElements(name[start..]);
            if (length >= 0 && (!endsHere || start + length == name.Length))
            {
                return start + length;
            }
        }

        return -1;
    }

    private static int MatchLiteral(ReadOnlySpan<byte> name, ReadOnlySpan<byte> literal, bool isFloating, bool endsHere)
    {
        if (endsHere)
        {
            bool matches = isFloating ? name.EndsWith(literal) : name.SequenceEqual(literal);
            return matches ? name.Length : -1;
        }

        if (!isFloating)
        {
            return name.StartsWith(literal) ? literal.Length : -1;
        }

        int start = name.IndexOf(literal);
        return start < 0 ? -1 : start + literal.Length;
    }

    private int MatchElements(ReadOnlySpan<byte> name)
    {
        int position = 0;
        foreach (Element element in _elements)
        {
            if (position == name.Length)
            {
                return -1;
            }

            if (element.Kind == ElementKind.Literal)
            {
                if (name[position++] != element.Byte)
                {
                    return -1;
                }

                continue;
            }

            Rune rune = DecodeCharacter(name[position..], out int length);
            position += length;
            if (element.Kind != ElementKind.AnyCharacter && element.Contains(rune) != (element.Kind == ElementKind.Set))
            {
                return -1;
            }
        }

        return position;
    }

    private static Element? TryParseSet(ref ReadOnlySpan<byte> pattern, bool hasEscapes)
    {
        ElementKind kind = ElementKind.Set;
        if (pattern.StartsWith((byte)'^'))
        {
            kind = ElementKind.SetOfOthers;
            pattern = pattern[1..];
        }

        var ranges = new List<(Rune First, Rune Last)>();
        while (ranges.Count == 0 || !pattern.StartsWith((byte)']'))
        {
            if (TryParseSetCharacter(ref pattern, hasEscapes) is not { } first)
            {
                return null;
            }

            Rune last = first;
            if (pattern[0] == (byte)'-')
            {
                pattern = pattern[1..];
                if (TryParseSetCharacter(ref pattern, hasEscapes) is not { } end)
                {
                    return null;
                }

                last = end;
            }

            ranges.Add((first, last));
        }

        pattern = pattern[1..];
        return new Element(kind, 0, [.. ranges]);
    }

    // A character of a set must be followed by something: at least by the closing bracket.
    private static Rune? TryParseSetCharacter(ref ReadOnlySpan<byte> pattern, bool hasEscapes)
    {
        if (pattern.IsEmpty || pattern[0] is (byte)'-' or (byte)']')
        {
            return null;
        }

        if (pattern[0] == (byte)'\\' && hasEscapes)
        {
            pattern = pattern[1..];
        }

        if (Rune.DecodeFromUtf8(pattern, out Rune rune, out int length) != OperationStatus.Done)
        {
            return null;
        }

        pattern = pattern[length..];
        return pattern.IsEmpty ? null : rune;
    }

    private static Rune DecodeCharacter(ReadOnlySpan<byte> name, out int length)
    {
        if (Rune.DecodeFromUtf8(name, out Rune rune, out length) != OperationStatus.Done)
        {
            length = 1; // the rune is U+FFFD
        }

        return rune;
    }

    private readonly record struct Element(ElementKind Kind, byte Byte, (Rune First, Rune Last)[] Ranges)
    {
        public bool Contains(Rune rune)
        {
            foreach ((Rune first, Rune last) in Ranges)
            {
                if (first <= rune && rune <= last)
                {
                    return true;
                }
            }

            return false;
        }
    }
}
