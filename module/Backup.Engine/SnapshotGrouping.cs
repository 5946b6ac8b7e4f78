namespace Backup.Engine;

/// <summary>What snapshots of one group have in common.</summary>
[Flags]
public enum SnapshotGrouping
{
    /// <summary>Nothing: all are in one group.</summary>
    None = 0,

    /// <summary>The host.</summary>
    Host = 1,

    /// <summary>The paths.</summary>
    Paths = 2,

    /// <summary>The tags.</summary>
    Tags = 4,
}
