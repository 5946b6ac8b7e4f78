namespace Backup.Engine;

/// <summary>A repository is there already, so none is created.</summary>
public sealed class RepositoryExistsException : BackupException
{
    /// <summary>Says what failed, on what, and what to do.</summary>
    public RepositoryExistsException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <inheritdoc/>
    public override string ErrorId => "RepositoryExists";
}
