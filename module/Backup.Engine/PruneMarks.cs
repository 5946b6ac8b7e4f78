namespace Backup.Engine;

/// <summary>What a prune in two phases did with packs that are marked for removal.</summary>
public sealed record PruneMarks
{
    /// <summary>Packs that were marked by an earlier run and are removed now.</summary>
    public long RemovedPacks { get; init; }

    /// <summary>Their bytes.</summary>
    public long RemovedBytes { get; init; }

    /// <summary>Packs that are marked and wait: for the time of grace, or for those who were at work when they were marked.</summary>
    public long WaitingPacks { get; init; }

    /// <summary>Their bytes.</summary>
    public long WaitingBytes { get; init; }

    /// <summary>Packs that were marked and are needed: they are in the index again.</summary>
    public long ReinstatedPacks { get; init; }
}
