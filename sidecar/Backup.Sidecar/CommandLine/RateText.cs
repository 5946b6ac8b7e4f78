using Backup.Engine;

namespace Backup.Sidecar.CommandLine;

/// <summary>How fast it goes and how long it takes, beside a progress bar.</summary>
internal static class RateText
{
    /// <summary>«, 310.0 MiB/s, 0:12 left», as far as it is known.</summary>
    public static string Of(RateEstimator rate, long rest)
    {
        string speed = rate.PerSecond > 0 ? $", {SizeText.FormatShort((long)rate.PerSecond)}/s" : "";
        return rest > 0 && rate.TimeFor(rest) is { } left ? $"{speed}, {DurationText.Format(left)} left" : speed;
    }
}
