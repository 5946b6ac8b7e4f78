namespace Backup.Engine;

/// <summary>Who needs how much of a repository's space, and what of it could be freed.</summary>
public sealed record UsageReport
{
    /// <summary>Whose data is counted together.</summary>
    public UsageGrouping GroupBy { get; init; }

    /// <summary>The owners, those first of which most would be freed.</summary>
    public IReadOnlyList<UsageOwner> Owners { get; init; } = [];

    /// <summary>The snapshots that would be forgotten, and what that would free; null: none were named.</summary>
    public UsageOwner? Forgotten { get; init; }

    /// <summary>What is in the packs, and what pruning with its default options would make of it: why space is not free yet.</summary>
    public PruneResult Space { get; init; } = new();

    /// <summary>From start to end.</summary>
    public TimeSpan Elapsed { get; init; }
}
