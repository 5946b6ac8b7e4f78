namespace Backup.Engine;

/// <summary>The sums of a comparison.</summary>
/// <param name="From">The first snapshot.</param>
/// <param name="To">The second snapshot.</param>
/// <param name="ChangedFiles">Files that are in both with different content.</param>
/// <param name="Added">What only the second has.</param>
/// <param name="Removed">What only the first has.</param>
public sealed record DiffSummary(
    Snapshot From, Snapshot To, long ChangedFiles, DiffCounts Added, DiffCounts Removed);
