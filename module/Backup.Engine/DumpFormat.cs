namespace Backup.Engine;

/// <summary>Formats of archives.</summary>
public enum DumpFormat
{
    /// <summary>POSIX.1-2001 («pax») with all metadata.</summary>
    Tar,

    /// <summary>Zip with modes and modification times.</summary>
    Zip,
}
