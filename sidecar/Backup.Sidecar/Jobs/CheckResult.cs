using Backup.Engine;

namespace Backup.Sidecar.Jobs;

/// <summary>What a check found.</summary>
internal sealed record CheckResult
{
    public bool Healthy { get; init; }

    public long Errors { get; init; }

    public long Hints { get; init; }

    public long Snapshots { get; init; }

    public long Packs { get; init; }

    public long PacksRead { get; init; }

    public long BytesRead { get; init; }

    public bool SuggestsRepairIndex { get; init; }

    public bool SuggestsPrune { get; init; }

    public double Seconds { get; init; }

    /// <summary>Takes what the engine found.</summary>
    public static CheckResult From(CheckReport report) => new()
    {
        Healthy = report.IsHealthy,
        Errors = report.Errors,
        Hints = report.Hints,
        Snapshots = report.Snapshots,
        Packs = report.Packs,
        PacksRead = report.PacksRead,
        BytesRead = report.BytesRead,
        SuggestsRepairIndex = report.SuggestsRepairIndex,
        SuggestsPrune = report.SuggestsPrune,
        Seconds = report.Elapsed.TotalSeconds,
    };
}
