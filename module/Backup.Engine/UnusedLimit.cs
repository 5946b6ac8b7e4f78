using System.Globalization;

namespace Backup.Engine;

/// <summary>How much unused data may stay in packs that are partly used, so that they need not be written anew.</summary>
public sealed record UnusedLimit
{
    private readonly double _percentage;
    private readonly long _bytes;

    private UnusedLimit(double percentage, long bytes) => (_percentage, _bytes) = (percentage, bytes);

    /// <summary>Any amount: only packs that are not used at all are removed.</summary>
    public static UnusedLimit Unlimited { get; } = new(0, long.MaxValue);

    /// <summary>A part of what the repository takes afterwards.</summary>
    /// <param name="percentage">0 … below 100.</param>
    /// <exception cref="ArgumentOutOfRangeException">Another number.</exception>
    public static UnusedLimit OfPercentage(double percentage) => percentage is >= 0 and < 100
        ? new UnusedLimit(percentage, 0)
        : throw new ArgumentOutOfRangeException(nameof(percentage), percentage, "At least 0 and less than 100 percent.");

    /// <summary>So many bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public static UnusedLimit OfSize(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        return new UnusedLimit(0, bytes);
    }

    /// <summary>Reads <c>x%</c>, a size such as <c>500M</c> (K, M, G, T; powers of 1024), or <c>unlimited</c>.</summary>
    /// <exception cref="FormatException">Something else.</exception>
    public static UnusedLimit Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text == "unlimited")
        {
            return Unlimited;
        }

        if (text.EndsWith('%')
            && double.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double percentage)
            && percentage < 100)
        {
            return OfPercentage(percentage);
        }

        return SizeText.TryParse(text, out long bytes)
            ? OfSize(bytes)
            : throw new FormatException($"«{text}» is no limit: write a percentage below 100 such as 5%, a size such as 500M, or «unlimited».");
    }

    /// <summary>How many bytes that is where so many are used.</summary>
    public long BytesFor(long usedBytes) => _bytes == 0
        ? (long)(_percentage / (100 - _percentage) * usedBytes)
        : _bytes;

    /// <inheritdoc/>
    public override string ToString() => _bytes switch
    {
        long.MaxValue => "unlimited",
        0 => string.Create(CultureInfo.InvariantCulture, $"{_percentage}%"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{_bytes}"),
    };
}
