namespace Backup.Engine;

/// <summary>The base of all errors that the engine reports.</summary>
public abstract class BackupException : Exception
{
    /// <summary>Says what failed, on what, and what to do.</summary>
    protected BackupException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>A stable name for the error, such as <c>RepositoryLocked</c>; front-ends map it.</summary>
    public abstract string ErrorId { get; }
}
