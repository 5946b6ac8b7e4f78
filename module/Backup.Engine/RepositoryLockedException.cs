namespace Backup.Engine;

/// <summary>Somebody else works on the repository in a way that excludes us.</summary>
public sealed class RepositoryLockedException : BackupException
{
    /// <summary>Says what failed, on what, and what to do.</summary>
    public RepositoryLockedException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <inheritdoc/>
    public override string ErrorId => "RepositoryLocked";
}
