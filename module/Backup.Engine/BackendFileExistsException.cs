namespace Backup.Engine;

/// <summary>The backend has such a file already, and files are never overwritten.</summary>
public sealed class BackendFileExistsException : BackendException
{
    /// <summary>Says what failed, on what, and what to do.</summary>
    public BackendFileExistsException(string message, Exception? innerException = null)
        : base(message, isTransient: false, innerException)
    {
    }

    /// <inheritdoc/>
    public override string ErrorId => "BackendFileExists";
}
