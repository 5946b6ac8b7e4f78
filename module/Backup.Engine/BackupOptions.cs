namespace Backup.Engine;

/// <summary>What to back up, and how.</summary>
public sealed record BackupOptions
{
    /// <summary>What is read.</summary>
    public required IBackupSource Source { get; init; }

    /// <summary>Labels of the snapshot.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>The host that the snapshot names; null or empty: this one.</summary>
    public string? Hostname { get; init; }

    /// <summary>The time that the snapshot names; null: when the backup began.</summary>
    public DateTimeOffset? Time { get; init; }

    /// <summary>
    /// The parent, by id or prefix; null: the newest snapshot of the same host and paths. Files that are unchanged
    /// since the parent are not read.
    /// </summary>
    public string? Parent { get; init; }

    /// <summary>How much is read; a <see cref="Parent"/> that is given is for an incremental backup.</summary>
    public BackupType Type { get; init; }

    /// <summary>What the application that owns the files does meanwhile. A dry run is always online.</summary>
    public BackupMethod Method { get; init; }

    /// <summary>How that application is made to hold still; needed unless the method is online.</summary>
    public QuiesceHooks? Quiesce { get; init; }

    /// <summary>A file whose change time differs, but whose modification time and size do not, counts as unchanged.</summary>
    public bool IgnoreChangeTime { get; init; }

    /// <summary>A file whose inode differs counts as unchanged if the rest agrees; for network file systems.</summary>
    public bool IgnoreInode { get; init; }

    /// <summary>Do everything but store anything.</summary>
    public bool DryRun { get; init; }

    /// <summary>Make no snapshot if it would be equal to its parent.</summary>
    public bool SkipIfUnchanged { get; init; }

    /// <summary>
    /// Files read at once, 1 … 64; 0: one for each processor, but at least two. More than there are processors help
    /// where reading waits, as on a network file system.
    /// </summary>
    public int ReadConcurrency { get; init; }

    /// <summary>
    /// How often a running backup leaves a snapshot of what it has so far (<see cref="Snapshot.IncompleteTag"/>), so
    /// that little is read again after an interruption. <see cref="TimeSpan.Zero"/>: never, not even when cancelled.
    /// </summary>
    public TimeSpan CheckpointInterval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Walk the source a second time, ahead of the backup, so that the progress knows the totals.</summary>
    public bool CountAhead { get; init; }

    /// <summary>The program's name and version that the snapshot records.</summary>
    public string ProgramVersion { get; init; } = "";

    /// <summary>Hears of each item when it is done, in no order and from several threads; null: nobody asks.</summary>
    public Action<BackupItemReport>? ItemDone { get; init; }

    /// <summary>Refuses what makes no sense, once, before anything is done.</summary>
    /// <exception cref="ArgumentException">A value is out of its range, or two contradict each other.</exception>
    internal void Validate()
    {
        const int MaxReadConcurrency = 64;

        ArgumentOutOfRangeException.ThrowIfNegative(ReadConcurrency);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ReadConcurrency, MaxReadConcurrency);
        if (Method != BackupMethod.Online && Quiesce is null)
        {
            throw new ArgumentException($"A backup by the method {Method} needs to know how the application is quiesced and resumed.");
        }

        if (Type == BackupType.Differential && Parent is not null)
        {
            throw new ArgumentException("The parent of a differential backup is the last full one. Leave the parent out.");
        }
    }
}
