using System.Globalization;

namespace Backup.Engine;

/// <summary>Chooses packs to read: all, one of n groups, a percentage, or so many bytes.</summary>
public sealed record PackSelection
{
    /// <summary>The most groups there can be: they are told apart by the first byte of a pack's name.</summary>
    public const int MaxGroups = 256;

    private PackSelection()
    {
    }

    /// <summary>All packs.</summary>
    public static PackSelection All { get; } = new() { Percentage = 100 };

    /// <summary>1 … <see cref="Groups"/>, or 0 if no group is chosen.</summary>
    public int Group { get; private init; }

    /// <summary>How many groups there are, each pack being in one: reading each in turn reads everything.</summary>
    public int Groups { get; private init; }

    /// <summary>Part of the packs, taken at random, in percent (more than 0, at most 100); 0 if it is not by percentage.</summary>
    public double Percentage { get; private init; }

    /// <summary>About so many bytes, taken at random; 0 if it is not by size.</summary>
    public long Bytes { get; private init; }

    /// <summary>One group of several, always the same packs.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not 1 ≤ group ≤ groups ≤ 256.</exception>
    public static PackSelection OfGroup(int group, int groups)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(group, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(groups, MaxGroups);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(group, groups);
        return new PackSelection { Group = group, Groups = groups };
    }

    /// <summary>A part at random.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not more than 0 and at most 100.</exception>
    public static PackSelection OfPercentage(double percentage) => percentage is > 0 and <= 100
        ? new PackSelection { Percentage = percentage }
        : throw new ArgumentOutOfRangeException(nameof(percentage), percentage, "More than 0 and at most 100 percent.");

    /// <summary>So many bytes at random.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not more than 0.</exception>
    public static PackSelection OfSize(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, 1);
        return new PackSelection { Bytes = bytes };
    }

    /// <summary>Reads <c>n/t</c> (group n of t), <c>x%</c>, or a size such as <c>500M</c> (K, M, G, T; powers of 1024).</summary>
    /// <exception cref="FormatException">Something else.</exception>
    public static PackSelection Parse(string text)
    {
        ArgumentException.ThrowIfNullOrEmpty(text);
        try
        {
            int slash = text.IndexOf('/', StringComparison.Ordinal);
            if (slash >= 0)
            {
                return OfGroup(
                    int.Parse(text.AsSpan(0, slash), NumberStyles.None, CultureInfo.InvariantCulture),
                    int.Parse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture));
            }

            return text[^1] == '%'
                ? OfPercentage(double.Parse(text.AsSpan(0, text.Length - 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture))
                : OfSize(ParseSize(text));
        }
        catch (Exception exception) when (exception is FormatException or OverflowException or ArgumentOutOfRangeException)
        {
            throw new FormatException(
                $"«{text}» chooses no packs: write n/t (1 ≤ n ≤ t ≤ {MaxGroups}), a percentage such as 2.5%, or a size such as 500M.",
                exception);
        }
    }

    private static long ParseSize(string text)
    {
        int shift = char.ToUpperInvariant(text[^1]) switch
        {
            'K' => 10,
            'M' => 20,
            'G' => 30,
            'T' => 40,
            _ => 0,
        };
        ReadOnlySpan<char> digits = shift == 0 ? text : text.AsSpan(0, text.Length - 1);
        return checked(long.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture) * (1L << shift));
    }
}
