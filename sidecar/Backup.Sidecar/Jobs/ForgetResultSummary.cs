using Backup.Engine;

namespace Backup.Sidecar.Jobs;

/// <summary>What was kept and removed.</summary>
/// <param name="Kept">How many snapshots are left of those that were looked at.</param>
/// <param name="Removed">Ids of those that are gone, or would be.</param>
/// <param name="DryRun">Whether nothing was changed.</param>
internal sealed record ForgetResultSummary(int Kept, IReadOnlyList<string> Removed, bool DryRun)
{
    /// <summary>Bytes of data that pruning removed; absent where nothing was pruned.</summary>
    public long? BytesFreed { get; init; }

    /// <summary>Takes what the engine did.</summary>
    public static ForgetResultSummary From(ForgetResult result) => new(
        result.Groups.Sum(group => group.Keep.Count),
        [.. result.Removed.Select(snapshot => snapshot.Id.ToString())],
        result.IsDryRun);
}
