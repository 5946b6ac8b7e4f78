using System.Buffers;
using System.Globalization;

namespace Backup.Engine;

/// <summary>Time spans as people write and read them.</summary>
public static class DurationText
{
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789.");

    /// <summary>«0:07», «12:03», «1:00:09»: minutes and seconds, with hours if there are any.</summary>
    public static string Format(TimeSpan duration)
    {
        long seconds = Math.Max(0, (long)duration.TotalSeconds);
        long minutes = seconds / 60 % 60;
        return seconds < 3600
            ? string.Create(CultureInfo.InvariantCulture, $"{minutes}:{seconds % 60:00}")
            : string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600}:{minutes:00}:{seconds % 60:00}");
    }

    /// <summary>Reads «90s», «5m», «1h30m», «1.5h», «250ms»: numbers, each with its unit. «0» needs none.</summary>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        ReadOnlySpan<char> rest = text.AsSpan().Trim();
        if (rest is "0")
        {
            return true;
        }

        double seconds = 0;
        while (!rest.IsEmpty)
        {
            int digits = rest.IndexOfAnyExcept(Digits);
            if (digits <= 0
                || !double.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number))
            {
                return false;
            }

            rest = rest[digits..];
            int letters = rest.IndexOfAny(Digits);
            ReadOnlySpan<char> unit = letters < 0 ? rest : rest[..letters];
            double factor = unit switch
            {
                "ms" => 0.001,
                "s" => 1,
                "m" => 60,
                "h" => 3600,
                "d" => 86400,
                _ => double.NaN,
            };
            seconds += number * factor;
            rest = rest[unit.Length..];
        }

        if (text.Length == 0 || !(seconds <= TimeSpan.MaxValue.TotalSeconds / 2))
        {
            return false;
        }

        duration = TimeSpan.FromSeconds(seconds);
        return true;
    }
}
