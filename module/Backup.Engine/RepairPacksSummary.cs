namespace Backup.Engine;

/// <summary>What repairing packs came to, or would come to.</summary>
public sealed record RepairPacksSummary
{
    /// <summary>The packs, each with what could be saved.</summary>
    public IReadOnlyList<PackRepair> Packs { get; init; } = [];

    /// <summary>Pack files that were removed.</summary>
    public long PacksRemoved { get; init; }

    /// <summary>Whether snapshots may need what is lost.</summary>
    public bool HasLosses => Packs.Any(pack => pack.BlobsLost.Count > 0);

    /// <summary>Whether nothing was changed, only found out.</summary>
    public bool IsDryRun { get; init; }

    /// <summary>From start to end.</summary>
    public TimeSpan Elapsed { get; init; }
}
