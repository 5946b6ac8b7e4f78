namespace Backup.Engine;

/// <summary>How far a restore is. Reported a few times a second.</summary>
public sealed record RestoreProgress
{
    /// <summary>What it is busy with. A very large snapshot goes through the phases several times.</summary>
    public RestorePhase Phase { get; init; }

    /// <summary>Items done: files, directories and all others.</summary>
    public long ItemsDone { get; init; }

    /// <summary>Items in total; a lower bound until <see cref="IsPlanComplete"/>.</summary>
    public long ItemsTotal { get; init; }

    /// <summary>Bytes of files done, whether written or found to be there.</summary>
    public long BytesDone { get; init; }

    /// <summary>Bytes of files in total; a lower bound until <see cref="IsPlanComplete"/>.</summary>
    public long BytesTotal { get; init; }

    /// <summary>Whether the totals are final.</summary>
    public bool IsPlanComplete { get; init; }

    /// <summary>Items left alone because of the overwrite mode, so far.</summary>
    public long ItemsKept { get; init; }

    /// <summary>Items deleted so far.</summary>
    public long ItemsDeleted { get; init; }

    /// <summary>Files read back so far.</summary>
    public long FilesVerified { get; init; }

    /// <summary>Errors so far.</summary>
    public long Errors { get; init; }

    /// <summary>Time since the start.</summary>
    public TimeSpan Elapsed { get; init; }
}
