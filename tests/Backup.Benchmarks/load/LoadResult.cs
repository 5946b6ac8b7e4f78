using System.Globalization;

namespace Backup.Benchmarks.Load;

/// <summary>What a load test saw.</summary>
/// <param name="Text">All of it, as a table.</param>
/// <param name="AnsweredPerSecond">How many requests were answered in a second.</param>
/// <param name="Refused">How many answers were not «accepted».</param>
/// <param name="NinetyNine">Milliseconds within which 99 % of the requests were answered.</param>
internal sealed record LoadResult(string Text, double AnsweredPerSecond, int Refused, double NinetyNine)
{
    private const double MostMilliseconds = 50;

    /// <summary>Requests come over the time that is asked for; the last answers take a little longer.</summary>
    private const double LeastPart = 0.99;

    /// <summary>The rate that was asked for.</summary>
    public required int Rate { get; init; }

    /// <summary>What is not as it has to be.</summary>
    public IReadOnlyList<string> Failures =>
    [
        .. AnsweredPerSecond < Rate * LeastPart
            ? [string.Create(CultureInfo.InvariantCulture, $"Only {AnsweredPerSecond:F0} of {Rate} requests a second were answered.")]
            : Array.Empty<string>(),
        .. NinetyNine > MostMilliseconds
            ? [string.Create(CultureInfo.InvariantCulture, $"99 % of the answers took up to {NinetyNine:F1} ms, more than {MostMilliseconds:F0}.")]
            : Array.Empty<string>(),
        .. Refused > 0 ? [$"{Refused} requests were refused."] : Array.Empty<string>(),
    ];
}
