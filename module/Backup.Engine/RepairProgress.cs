namespace Backup.Engine;

/// <summary>How far a repair is.</summary>
public sealed record RepairProgress
{
    /// <summary>What it is doing.</summary>
    public RepairPhase Phase { get; init; }

    /// <summary>Index files, packs, trees or files that are done.</summary>
    public long Done { get; init; }

    /// <summary>How many there will be; 0 if that is not known.</summary>
    public long Total { get; init; }

    /// <summary>Time since the start.</summary>
    public TimeSpan Elapsed { get; init; }
}
