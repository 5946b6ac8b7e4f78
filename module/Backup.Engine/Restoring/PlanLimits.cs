namespace Backup.Engine.Restoring;

/// <summary>
/// How much is planned at once. A plan ends after so many files and pieces, and the next one begins when it is carried out:
/// this bounds memory at about 400 bytes per file and 64 per piece, however large the snapshot is.
/// </summary>
/// <param name="Files">Files, further names of files, and directories.</param>
/// <param name="Pieces">Blobs of files, each of its places counted.</param>
internal readonly record struct PlanLimits(int Files, int Pieces)
{
    /// <summary>
    /// Some 600 MB. Smaller snapshots are planned as a whole; in larger ones a pack may be needed by more than one plan.
    /// </summary>
    public static PlanLimits Default => new(1_000_000, 3_000_000);
}
