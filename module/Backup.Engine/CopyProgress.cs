namespace Backup.Engine;

/// <summary>How far a copy is.</summary>
public sealed record CopyProgress
{
    /// <summary>Snapshots that are complete.</summary>
    public long SnapshotsDone { get; init; }

    /// <summary>Snapshots to copy.</summary>
    public long SnapshotsTotal { get; init; }

    /// <summary>Bytes copied, as the other repository has them.</summary>
    public long BytesDone { get; init; }

    /// <summary>Bytes that are known to be needed up to now; more are found while snapshots are followed.</summary>
    public long BytesTotal { get; init; }

    /// <summary>Time since the start.</summary>
    public TimeSpan Elapsed { get; init; }
}
