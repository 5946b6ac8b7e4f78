namespace Backup.PowerShell.Output;

/// <summary>What an update of a repository's format came to, or in a dry run would come to.</summary>
/// <param name="Repository">Where the repository is.</param>
/// <param name="FormatVersion">The format's version now.</param>
/// <param name="PreviousVersion">The format's version before.</param>
/// <param name="IsDryRun">Whether nothing was changed because of -WhatIf.</param>
public sealed record UpdateResult(string Repository, int FormatVersion, int PreviousVersion, bool IsDryRun)
{
    /// <summary>Whether there was anything to do.</summary>
    public bool HasChanges => FormatVersion != PreviousVersion;
}
