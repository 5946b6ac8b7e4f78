namespace Backup.Engine;

/// <summary>A file or blob of the repository is missing, cut short, altered or senseless. The message names it.</summary>
public sealed class RepositoryDamagedException : BackupException
{
    /// <summary>Says what failed, on what, and what to do.</summary>
    public RepositoryDamagedException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <inheritdoc/>
    public override string ErrorId => "RepositoryDamaged";
}
