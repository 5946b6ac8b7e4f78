namespace Backup.Engine;

/// <summary>What became of one repository of a backup that went to several.</summary>
public sealed record BackupTargetResult
{
    /// <summary>The repository's location, without secrets.</summary>
    public required string Location { get; init; }

    /// <summary>The backup as this repository has it: its snapshot, its parent, what was stored in it. Null if it failed.</summary>
    public BackupSummary? Summary { get; init; }

    /// <summary>Why it has no snapshot of this backup; null if all went well. The next backup makes good for it.</summary>
    public BackupException? Error { get; init; }
}
