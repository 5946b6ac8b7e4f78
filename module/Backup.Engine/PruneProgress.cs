namespace Backup.Engine;

/// <summary>How far pruning is. Reported a few times a second.</summary>
public sealed record PruneProgress
{
    /// <summary>What it is about.</summary>
    public PrunePhase Phase { get; init; }

    /// <summary>Trees, packs or index files of this phase that are done.</summary>
    public long Done { get; init; }

    /// <summary>How many there are; 0: unknown. Trees are those in the index, of which some may be unused.</summary>
    public long Total { get; init; }

    /// <summary>Time since the start.</summary>
    public TimeSpan Elapsed { get; init; }
}
