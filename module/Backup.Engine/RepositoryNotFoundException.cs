namespace Backup.Engine;

/// <summary>There is no repository at the location.</summary>
public sealed class RepositoryNotFoundException : BackupException
{
    /// <summary>Says what failed, on what, and what to do.</summary>
    public RepositoryNotFoundException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <inheritdoc/>
    public override string ErrorId => "RepositoryNotFound";
}
