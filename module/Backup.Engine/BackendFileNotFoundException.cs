namespace Backup.Engine;

/// <summary>The backend has no such file.</summary>
public sealed class BackendFileNotFoundException : BackendException
{
    /// <summary>Says what failed, on what, and what to do.</summary>
    public BackendFileNotFoundException(string message, Exception? innerException = null)
        : base(message, isTransient: false, innerException)
    {
    }

    /// <inheritdoc/>
    public override string ErrorId => "BackendFileNotFound";
}
