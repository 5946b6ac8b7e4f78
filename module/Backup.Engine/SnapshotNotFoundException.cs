namespace Backup.Engine;

/// <summary>No snapshot has this id, or none matches.</summary>
public sealed class SnapshotNotFoundException : BackupException
{
    /// <summary>Says what failed, on what, and what to do.</summary>
    public SnapshotNotFoundException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <inheritdoc/>
    public override string ErrorId => "SnapshotNotFound";
}
