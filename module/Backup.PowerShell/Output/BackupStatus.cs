namespace Backup.PowerShell.Output;

/// <summary>How a backup or a restore went.</summary>
public enum BackupStatus
{
    /// <summary>Everything is there.</summary>
    Succeeded,

    /// <summary>Some of it could not be read or written; the error records say what. The rest is there.</summary>
    Partial,

    /// <summary>This one of several repositories has nothing of it; an error record says why. The next backup makes good for it.</summary>
    Failed,
}
