namespace Backup.Engine;

/// <summary>How the index is repaired.</summary>
public sealed record RepairIndexOptions
{
    /// <summary>
    /// Believe no index file: read the list of blobs of every pack. Needed where index files can be read but say what
    /// is wrong.
    /// </summary>
    public bool ReadAllPacks { get; init; }

    /// <summary>Only find out what would be done.</summary>
    public bool DryRun { get; init; }

    /// <summary>Hears of each index file and pack that something is done about, one at a time.</summary>
    public Action<RepairNotice>? Noticed { get; init; }
}
