namespace Backup.Engine;

/// <summary>What is asked about the space that a repository takes.</summary>
public sealed record UsageOptions
{
    /// <summary>Whose data is counted together.</summary>
    public UsageGrouping GroupBy { get; init; }

    /// <summary>What would be freed if these snapshots were forgotten: ids, beginnings of ids, <c>latest</c>.</summary>
    public IReadOnlyList<string> Forget { get; init; } = [];

    /// <summary>What would be freed if all snapshots were forgotten that this chooses; empty: none.</summary>
    public SnapshotFilter ForgetFilter { get; init; } = new();
}
