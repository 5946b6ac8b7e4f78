namespace Backup.Sidecar.Jobs;

/// <summary>How far a running job is. Only in memory: a restart begins anew.</summary>
internal sealed record JobProgress
{
    /// <summary>What it is about, such as the source of a backup or a phase of a check.</summary>
    public string Phase { get; set; } = "";

    public long ItemsDone { get; init; }

    /// <summary>0 as long as nobody knows.</summary>
    public long ItemsTotal { get; init; }

    public long BytesDone { get; init; }

    /// <summary>0 as long as nobody knows.</summary>
    public long BytesTotal { get; init; }

    /// <summary>What went wrong with single items so far.</summary>
    public long Problems { get; init; }

    public double ElapsedSeconds { get; init; }
}
