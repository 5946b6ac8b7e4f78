namespace Backup.Engine;

/// <summary>How hard to compress. Repositories of version 1 are never compressed.</summary>
public enum CompressionLevel
{
    /// <summary>Fast and good: the default.</summary>
    Auto,

    /// <summary>Data blobs are stored as they are; trees, indexes and snapshots are still compressed.</summary>
    Off,

    /// <summary>Faster, a little larger.</summary>
    Fastest,

    /// <summary>Slower, smaller.</summary>
    Better,

    /// <summary>Slowest, smallest.</summary>
    Max,
}
