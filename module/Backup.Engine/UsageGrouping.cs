namespace Backup.Engine;

/// <summary>Whose data is counted together.</summary>
public enum UsageGrouping
{
    /// <summary>That of all snapshots of a host.</summary>
    Host,

    /// <summary>That of all snapshots of the same paths.</summary>
    Paths,

    /// <summary>That of all snapshots with a tag; one with several counts for each.</summary>
    Tag,

    /// <summary>That of each snapshot.</summary>
    Snapshot,
}
