namespace Backup.Sidecar.Jobs;

/// <summary>What became of items of a configuration store.</summary>
internal sealed record ConfigurationRestoreResult
{
    public required string Snapshot { get; init; }

    public required string Store { get; init; }

    /// <summary>The file, or the binding.</summary>
    public required string Target { get; init; }

    /// <summary>Items that were chosen.</summary>
    public long Keys { get; set; }

    /// <summary>Items that were not there. Of those in a file nobody knows: all are counted here.</summary>
    public long Created { get; set; }

    /// <summary>Items that had another value.</summary>
    public long Updated { get; set; }

    /// <summary>Items that had the same value.</summary>
    public long Unchanged { get; set; }

    /// <summary>The first items that are new or differ, with a sign before each: <c>+</c> created, <c>~</c> updated.</summary>
    public IReadOnlyList<string> Changes { get; set; } = [];

    /// <summary>Whether nothing was written.</summary>
    public bool DryRun { get; init; }
}
