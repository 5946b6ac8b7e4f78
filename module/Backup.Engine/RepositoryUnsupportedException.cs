namespace Backup.Engine;

/// <summary>The repository is in a format that this version does not know.</summary>
public sealed class RepositoryUnsupportedException : BackupException
{
    /// <summary>Says what failed, on what, and what to do.</summary>
    public RepositoryUnsupportedException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <inheritdoc/>
    public override string ErrorId => "RepositoryUnsupported";
}
