namespace Backup.Engine;

/// <summary>Which snapshots are copied from another repository.</summary>
public sealed record CopyOptions
{
    /// <summary>Ids, beginnings of ids, or <c>latest</c>, in the other repository; empty: all that <see cref="Filter"/> chooses.</summary>
    public IReadOnlyList<string> Snapshots { get; init; } = [];

    /// <summary>Chooses snapshots where no ids are given, and those that <c>latest</c> is taken from.</summary>
    public SnapshotFilter Filter { get; init; } = new();

    /// <summary>Only find out what would be copied.</summary>
    public bool DryRun { get; init; }

    /// <summary>Hears of each snapshot when it is complete here, one at a time.</summary>
    public Action<CopiedSnapshot>? SnapshotDone { get; init; }
}
