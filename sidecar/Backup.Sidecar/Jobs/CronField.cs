using System.Globalization;

namespace Backup.Sidecar.Jobs;

/// <summary>One field of a cron schedule: the numbers that fit.</summary>
/// <param name="Bits">Bit n is set if n fits.</param>
/// <param name="IsAny">Whether it was written as <c>*</c>.</param>
internal readonly record struct CronField(ulong Bits, bool IsAny)
{
    /// <summary>Only zero fits.</summary>
    public static CronField Zero { get; } = new(1, false);

    public bool Has(int number) => (Bits & (1UL << number)) != 0;

    /// <summary>Reads <c>*</c>, <c>5</c>, <c>1-5</c>, <c>*/15</c>, <c>10-40/5</c>, <c>MON-FRI</c>, and lists of these.</summary>
    /// <exception cref="FormatException">It can't be understood.</exception>
    public static CronField Parse(string text, int min, int max, ReadOnlySpan<string> names)
    {
        ulong bits = 0;
        foreach (string part in text.Split(','))
        {
            int slash = part.IndexOf('/', StringComparison.Ordinal);
            string range = slash < 0 ? part : part[..slash];
            int step = slash < 0 ? 1 : Number(part[(slash + 1)..], 1, max, [], text);
            int dash = range.IndexOf('-', StringComparison.Ordinal);
            (int from, int to) = range is "*" or "?" ? (min, max)
                : dash > 0 ? (Number(range[..dash], min, max, names, text), Number(range[(dash + 1)..], min, max, names, text))
                : (Number(range, min, max, names, text), slash < 0 ? Number(range, min, max, names, text) : max);
            if (from > to)
            {
                throw new FormatException($"«{text}» is no field of a schedule: {from} is after {to}.");
            }

            for (int number = from; number <= to; number += step)
            {
                bits |= 1UL << number;
            }
        }

        return new CronField(bits, text is "*" or "?");
    }

    private static int Number(string text, int min, int max, ReadOnlySpan<string> names, string field)
    {
        for (int i = 0; i < names.Length; i++)
        {
            if (string.Equals(names[i], text, StringComparison.OrdinalIgnoreCase))
            {
                return i + min;
            }
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= min && number <= max
            ? number
            : throw new FormatException($"«{field}» is no field of a schedule: numbers from {min} to {max} are.");
    }
}
