namespace Backup.Engine;

/// <summary>How far a check is. Reported a few times a second.</summary>
public sealed record CheckProgress
{
    /// <summary>What it is about.</summary>
    public CheckPhase Phase { get; init; }

    /// <summary>Index files, packs or trees of this phase that are done.</summary>
    public long Done { get; init; }

    /// <summary>How many there are; 0: unknown. Trees are those in the index, of which some may be unused.</summary>
    public long Total { get; init; }

    /// <summary>Bytes of packs read.</summary>
    public long BytesDone { get; init; }

    /// <summary>Bytes of packs to read.</summary>
    public long BytesTotal { get; init; }

    /// <summary>Errors found so far.</summary>
    public long Errors { get; init; }

    /// <summary>Time since the start.</summary>
    public TimeSpan Elapsed { get; init; }
}
