namespace Backup.Engine;

/// <summary>What pruning may remove and write anew. The defaults are restic's.</summary>
public sealed record PruneOptions
{
    /// <summary>How much unused data may stay in packs that are partly used.</summary>
    public UnusedLimit MaxUnused { get; init; } = UnusedLimit.OfPercentage(5);

    /// <summary>Packs of no more than so many bytes in total are written anew; null: no limit.</summary>
    public long? MaxRepackBytes { get; init; }

    /// <summary>
    /// Packs of fewer bytes are put together with others; null: those that are much smaller than nearly all, if there
    /// are ten.
    /// </summary>
    public long? RepackSmallerThan { get; init; }

    /// <summary>Write only packs anew that hold trees.</summary>
    public bool RepackCacheableOnly { get; init; }

    /// <summary>Write packs anew that hold data that is not compressed.</summary>
    public bool RepackUncompressed { get; init; }

    /// <summary>Only find out what would be done.</summary>
    public bool DryRun { get; init; }

    /// <summary>
    /// Let others go on with backups meanwhile: packs are taken out of the index and only marked; a later run removes
    /// them.
    /// </summary>
    public bool TwoPhase { get; init; }

    /// <summary>In two phases: marked packs stay at least so long.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromDays(1);

    /// <summary>
    /// Write nothing anew and remove no pack any more after this time; what was begun is finished, and a later run goes on.
    /// Null: no limit.
    /// </summary>
    public TimeSpan? MaxDuration { get; init; }

    /// <summary>
    /// Do what this plan says, which a dry run made, instead of judging anew. It is refused if the repository has changed
    /// since.
    /// </summary>
    public PrunePlan? Plan { get; init; }

    /// <summary>Take these snapshots for removed. Only for finding out what would be done then.</summary>
    public IReadOnlyList<SnapshotId> WithoutSnapshots { get; init; } = [];

    /// <summary>Refuses what makes no sense.</summary>
    /// <exception cref="ArgumentException">A value is out of its range, or doesn't go with the repository.</exception>
    internal void Validate(RepositoryOptions repository, int version)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(MaxRepackBytes ?? 0);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(RepackSmallerThan ?? 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxDuration ?? TimeSpan.Zero, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(Grace, TimeSpan.Zero);
        if (repository.NoLock && !DryRun)
        {
            throw new ArgumentException("Without a lock nothing can be pruned: others may need what is removed. A dry run is possible.");
        }

        if (Plan is not null && TwoPhase)
        {
            throw new ArgumentException("A plan is carried out at once, while nobody else is at work. Leave one of both out.");
        }

        if (Plan is not null && WithoutSnapshots.Count > 0)
        {
            throw new ArgumentException("A plan was made for snapshots as they are. Leave one of both out.");
        }

        if (WithoutSnapshots.Count > 0 && !DryRun)
        {
            throw new ArgumentException("Snapshots that are there can't be taken for removed, unless nothing is changed. Remove them first.");
        }

        if (RepackSmallerThan > repository.PackSizeInBytes)
        {
            throw new ArgumentException(
                $"Packs smaller than {RepackSmallerThan:N0} bytes can't be avoided where packs get {repository.PackSizeInBytes:N0} bytes. Take a larger pack size, or a smaller limit.");
        }

        if (RepackUncompressed && version < 2)
        {
            throw new ArgumentException("A repository of version 1 holds nothing compressed. Migrate it to version 2 first.");
        }

        if (RepackUncompressed && repository.Compression == CompressionLevel.Off)
        {
            throw new ArgumentException("What is to be compressed can't be written without compression. Leave one of both out.");
        }
    }
}
