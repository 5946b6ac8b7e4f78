using System.Globalization;

namespace Backup.Engine;

/// <summary>Sizes as people write and read them, in powers of 1024.</summary>
public static class SizeText
{
    private static readonly string[] Units = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

    /// <summary>«512 B», «1.500 KiB», «2.000 GiB».</summary>
    public static string Format(ulong bytes) => Format(bytes, "F3");

    /// <summary>The same for a signed count; a negative one reads as zero.</summary>
    public static string Format(long bytes) => Format((ulong)Math.Max(bytes, 0));

    /// <summary>With one digit behind the point, for places that are narrow.</summary>
    public static string FormatShort(long bytes) => Format((ulong)Math.Max(bytes, 0), "F1");

    /// <summary>
    /// Reads a whole number with one of the suffixes B, K, M, G or T in either case, or none for bytes. «KiB» and
    /// the like are understood too.
    /// </summary>
    public static bool TryParse(string text, out long bytes)
    {
        bytes = 0;
        ReadOnlySpan<char> digits = text.AsSpan().Trim();
        int shift = 0;
        if (digits.EndsWith("iB", StringComparison.Ordinal))
        {
            digits = digits[..^2];
            if (digits.IsEmpty || char.IsAsciiDigit(digits[^1]))
            {
                return false;
            }
        }

        if (!digits.IsEmpty && !char.IsAsciiDigit(digits[^1]))
        {
            shift = char.ToUpperInvariant(digits[^1]) switch
            {
                'B' => 0,
                'K' => 10,
                'M' => 20,
                'G' => 30,
                'T' => 40,
                _ => -1,
            };
            digits = digits[..^1].TrimEnd();
        }

        if (shift < 0
            || !long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long value)
            || value > long.MaxValue >> shift)
        {
            return false;
        }

        bytes = value << shift;
        return true;
    }

    private static string Format(ulong bytes, string format)
    {
        if (bytes < 1024)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{bytes} B");
        }

        int unit = 0;
        double value = bytes / 1024.0;
        while (value >= 1024 && unit < Units.Length - 1)
        {
            value /= 1024;
            unit++;
        }

        return $"{value.ToString(format, CultureInfo.InvariantCulture)} {Units[unit]}";
    }
}
