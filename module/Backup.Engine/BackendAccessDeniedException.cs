namespace Backup.Engine;

/// <summary>The backend refuses access. Trying again does not help.</summary>
public sealed class BackendAccessDeniedException : BackendException
{
    /// <summary>Says what failed, on what, and what to do.</summary>
    public BackendAccessDeniedException(string message, Exception? innerException = null)
        : base(message, isTransient: false, innerException)
    {
    }

    /// <inheritdoc/>
    public override string ErrorId => "BackendAccessDenied";
}
