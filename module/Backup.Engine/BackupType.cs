namespace Backup.Engine;

/// <summary>How much of the source a backup reads. What it stores is the same: each snapshot is complete by itself.</summary>
public enum BackupType
{
    /// <summary>Files that are unchanged since the parent, the newest snapshot of the same host and paths, are not read.</summary>
    Incremental,

    /// <summary>Every byte is read again. The snapshot names no parent.</summary>
    Full,

    /// <summary>
    /// Files that are unchanged since the last full backup are not read. That is the newest snapshot of the same host
    /// and paths that names no parent; if there is none, everything is read.
    /// </summary>
    Differential,
}
