using Backup.Engine;

namespace Backup.PowerShell.Output;

/// <summary>What a repair came to, or in a dry run would come to.</summary>
/// <param name="Kind">What was repaired: Config, Index, Pack, Snapshot or Orphan.</param>
/// <param name="Repository">Where the repository is.</param>
/// <param name="HasChanges">Whether there was anything to do.</param>
/// <param name="IsDryRun">Whether nothing was changed because of -WhatIf.</param>
/// <param name="Duration">From start to end.</param>
public sealed record RepairResult(string Kind, string Repository, bool HasChanges, bool IsDryRun, TimeSpan Duration)
{
    /// <summary>Whether data is lost that snapshots may need: repair the snapshots, and back up again.</summary>
    public bool HasLosses { get; init; }

    /// <summary>The packs that something was done about.</summary>
    public IReadOnlyList<string> Packs { get; init; } = [];

    /// <summary>The snapshots that have lost something.</summary>
    public IReadOnlyList<SnapshotRepair> Snapshots { get; init; } = [];

    /// <summary>The new snapshot with what no other led to; null if there was nothing, or something else was repaired.</summary>
    public string? SnapshotId { get; init; }
}
