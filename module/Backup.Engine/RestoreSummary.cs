namespace Backup.Engine;

/// <summary>The outcome of a restore.</summary>
public sealed record RestoreSummary
{
    /// <summary>What was restored from.</summary>
    public required Snapshot Snapshot { get; init; }

    /// <summary>The folder of the snapshot that became the target; empty: its root.</summary>
    public string Subfolder { get; init; } = "";

    /// <summary>The target as a full path.</summary>
    public required string Target { get; init; }

    /// <summary>Items that the patterns chose: files, directories and all others.</summary>
    public long Items { get; init; }

    /// <summary>Files that were not there and are now, hard links included.</summary>
    public long FilesRestored { get; init; }

    /// <summary>Files that were there with other content and were replaced.</summary>
    public long FilesUpdated { get; init; }

    /// <summary>Files that were there with the same content.</summary>
    public long FilesUnchanged { get; init; }

    /// <summary>Of the restored and updated files, those made as a hard link to another one.</summary>
    public long HardLinks { get; init; }

    /// <summary>Directories made, or given their metadata.</summary>
    public long Directories { get; init; }

    /// <summary>Symbolic links, devices and named pipes made.</summary>
    public long OtherItems { get; init; }

    /// <summary>Items that existed and were left alone, as the overwrite mode demands.</summary>
    public long ItemsKept { get; init; }

    /// <summary>Items in the target that the snapshot doesn't have, deleted.</summary>
    public long ItemsDeleted { get; init; }

    /// <summary>Bytes of all chosen files.</summary>
    public long BytesTotal { get; init; }

    /// <summary>Bytes of the files restored and updated.</summary>
    public long BytesRestored { get; init; }

    /// <summary>Of those, bytes that were taken from the file that was there before.</summary>
    public long BytesReused { get; init; }

    /// <summary>Bytes of the files unchanged and kept.</summary>
    public long BytesSkipped { get; init; }

    /// <summary>Bytes of packs read for contents.</summary>
    public long BytesFetched { get; init; }

    /// <summary>Files read back and found equal to the snapshot.</summary>
    public long FilesVerified { get; init; }

    /// <summary>
    /// What could not be restored, the first 10,000 of them. A complete restore has none; a front-end that finds some
    /// ends with failure.
    /// </summary>
    public IReadOnlyList<RestoreIssue> Errors { get; init; } = [];

    /// <summary>How many errors there were.</summary>
    public long ErrorCount { get; init; }

    /// <summary>What was restored less one detail, such as an owner that only root can set; the first 10,000 of them.</summary>
    public IReadOnlyList<RestoreIssue> Notes { get; init; } = [];

    /// <summary>How many notes there were.</summary>
    public long NoteCount { get; init; }

    /// <summary>Whether nothing was written on request.</summary>
    public bool IsDryRun { get; init; }

    /// <summary>From start to end.</summary>
    public TimeSpan Elapsed { get; init; }
}
