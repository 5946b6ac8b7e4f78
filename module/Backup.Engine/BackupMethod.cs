namespace Backup.Engine;

/// <summary>What the application that owns the files does while they are read.</summary>
public enum BackupMethod
{
    /// <summary>It goes on. A file that changes while it is read is read again, and flagged if it changes again.</summary>
    Online,

    /// <summary>It is quiesced while everything is read, and resumed whatever happens.</summary>
    Offline,

    /// <summary>
    /// Everything is read while it goes on; then it is quiesced only for a second reading of what changed since. The
    /// snapshot is what was there in that quiet time.
    /// </summary>
    Hybrid,
}
