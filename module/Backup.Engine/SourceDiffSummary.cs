namespace Backup.Engine;

/// <summary>The outcome of a comparison with files on the disk.</summary>
/// <param name="Snapshot">The snapshot.</param>
/// <param name="Items">Files, folders and others looked at.</param>
/// <param name="Bytes">Bytes of files read and compared.</param>
/// <param name="Differences">Items that differ, or are only in one of both.</param>
/// <param name="Uncompared">Items that could not be compared.</param>
/// <param name="Elapsed">From start to end.</param>
public sealed record SourceDiffSummary(
    Snapshot Snapshot, long Items, long Bytes, long Differences, long Uncompared, TimeSpan Elapsed)
{
    /// <summary>Whether all was compared, and nothing differs.</summary>
    public bool IsEqual => Differences + Uncompared == 0;
}
