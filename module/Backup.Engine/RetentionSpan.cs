using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Backup.Engine;

/// <summary>A span of calendar time, restic's «duration»: <c>1y5m7d2h</c> is a year, five months, seven days and two hours.</summary>
/// <param name="Years">0 or more.</param>
/// <param name="Months">0 or more.</param>
/// <param name="Days">0 or more.</param>
/// <param name="Hours">0 or more.</param>
public readonly record struct RetentionSpan(int Years, int Months, int Days, int Hours)
{
    /// <summary>No time at all.</summary>
    public bool IsZero => this == default;

    /// <summary>Reads numbers, each with its unit: y, m (months), d or h. A unit that comes again replaces its number.</summary>
    /// <returns>Whether the text is such a span, without negative numbers.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, out RetentionSpan span)
    {
        span = default;
        ReadOnlySpan<char> rest = text.AsSpan().Trim();
        if (rest.IsEmpty)
        {
            return false;
        }

        while (!rest.IsEmpty)
        {
            int digits = rest.IndexOfAnyExceptInRange('0', '9');
            if (digits <= 0 || !int.TryParse(rest[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out int number))
            {
                return false;
            }

            switch (rest[digits])
            {
                case 'y':
                    span = span with { Years = number };
                    break;
                case 'm':
                    span = span with { Months = number };
                    break;
                case 'd':
                    span = span with { Days = number };
                    break;
                case 'h':
                    span = span with { Hours = number };
                    break;
                default:
                    return false;
            }

            rest = rest[(digits + 1)..];
        }

        return true;
    }

    /// <summary>As restic writes it: units that are 0 are left out, so that no time at all is an empty text.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach ((int number, char unit) in new[] { (Years, 'y'), (Months, 'm'), (Days, 'd'), (Hours, 'h') })
        {
            if (number != 0)
            {
                text.Append(CultureInfo.InvariantCulture, $"{number}{unit}");
            }
        }

        return text.ToString();
    }

    /// <summary>Refuses what goes forward instead of back.</summary>
    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(Years);
        ArgumentOutOfRangeException.ThrowIfNegative(Months);
        ArgumentOutOfRangeException.ThrowIfNegative(Days);
        ArgumentOutOfRangeException.ThrowIfNegative(Hours);
    }
}
