namespace Backup.Engine;

/// <summary>More than one snapshot's id begins like that.</summary>
public sealed class SnapshotAmbiguousException : BackupException
{
    /// <summary>Says what failed, on what, and what to do.</summary>
    public SnapshotAmbiguousException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <inheritdoc/>
    public override string ErrorId => "SnapshotAmbiguous";
}
