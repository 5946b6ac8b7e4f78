namespace Backup.Engine;

/// <summary>An application could not be made to hold still for a backup, or to go on after it.</summary>
public sealed class QuiesceException : BackupException
{
    /// <summary>Says what failed, on what, and what to do.</summary>
    /// <param name="message">The sentence.</param>
    /// <param name="snapshot">The snapshot that was made all the same, if one was.</param>
    /// <param name="innerException">What the hook failed with.</param>
    public QuiesceException(string message, SnapshotId? snapshot = null, Exception? innerException = null)
        : base(message, innerException) => Snapshot = snapshot;

    /// <summary>The snapshot that was made before this failed; null if none was.</summary>
    public SnapshotId? Snapshot { get; }

    /// <inheritdoc/>
    public override string ErrorId => "QuiesceFailed";
}
