using Backup.Engine;

namespace Backup.Sidecar.Jobs;

/// <summary>What was counted while files were restored.</summary>
internal sealed record RestoreResult
{
    public required string Snapshot { get; init; }

    public required string Target { get; init; }

    public long Items { get; init; }

    public long FilesRestored { get; init; }

    public long FilesUpdated { get; init; }

    public long FilesUnchanged { get; init; }

    public long ItemsKept { get; init; }

    public long ItemsDeleted { get; init; }

    public long FilesVerified { get; init; }

    public long Bytes { get; init; }

    public long BytesRestored { get; init; }

    public bool DryRun { get; init; }

    public double Seconds { get; init; }

    /// <summary>Takes what the engine counted.</summary>
    public static RestoreResult From(RestoreSummary summary) => new()
    {
        Snapshot = summary.Snapshot.Id.ToString(),
        Target = summary.Target,
        Items = summary.Items,
        FilesRestored = summary.FilesRestored,
        FilesUpdated = summary.FilesUpdated,
        FilesUnchanged = summary.FilesUnchanged,
        ItemsKept = summary.ItemsKept,
        ItemsDeleted = summary.ItemsDeleted,
        FilesVerified = summary.FilesVerified,
        Bytes = summary.BytesTotal,
        BytesRestored = summary.BytesRestored,
        DryRun = summary.IsDryRun,
        Seconds = summary.Elapsed.TotalSeconds,
    };
}
