namespace Backup.PowerShell.Output;

/// <summary>How many locks were removed.</summary>
/// <param name="Repository">Where the repository is.</param>
/// <param name="LocksRemoved">How many.</param>
public sealed record UnlockResult(string Repository, int LocksRemoved);
