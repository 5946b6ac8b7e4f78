namespace Backup.Engine;

/// <summary>What each try of a password costs: restic's names for scrypt's parameters.</summary>
/// <param name="N">A power of two.</param>
/// <param name="R">Block size in units of 128 bytes.</param>
/// <param name="P">Independent lanes.</param>
internal readonly record struct ScryptCost(int N, int R, int P)
{
    /// <summary>
    /// What new keys get: 32 MiB per lane. restic measures half a second on one core, which gives this N and R and 2 … 5
    /// lanes; a constant does not grow weak when a key happens to be made on a slow or busy machine.
    /// </summary>
    public static ScryptCost Default => new(32_768, 8, 3);
}
