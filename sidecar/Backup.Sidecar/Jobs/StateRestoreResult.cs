namespace Backup.Sidecar.Jobs;

/// <summary>What became of keys.</summary>
internal sealed record StateRestoreResult
{
    public required string Snapshot { get; init; }

    public required string Store { get; init; }

    /// <summary>Keys that were chosen.</summary>
    public long Keys { get; set; }

    /// <summary>Keys that were not there.</summary>
    public long Created { get; set; }

    /// <summary>Keys that had another value.</summary>
    public long Updated { get; set; }

    /// <summary>Keys that had the same value.</summary>
    public long Unchanged { get; set; }

    /// <summary>Keys that stay as they are, though they differ, as the mode demands.</summary>
    public long Kept { get; set; }

    /// <summary>Keys whose time had run out by now.</summary>
    public long Expired { get; set; }

    /// <summary>The first keys that are new or differ, with a sign before each: <c>+</c> created, <c>~</c> updated, <c>=</c> kept.</summary>
    public IReadOnlyList<string> Changes { get; set; } = [];

    /// <summary>Whether nothing was written.</summary>
    public bool DryRun { get; init; }
}
