namespace Backup.Engine;

/// <summary>A source of a backup as a whole can't be read: all paths are missing, or a command failed. Single files are skipped entries instead.</summary>
public sealed class SourceException : BackupException
{
    /// <summary>Says what failed, on what, and what to do.</summary>
    public SourceException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <inheritdoc/>
    public override string ErrorId => "SourceFailed";
}
