namespace Backup.Engine;

/// <summary>The disk is full or the quota used up. Trying again does not help.</summary>
public sealed class StorageFullException : BackendException
{
    /// <summary>Says what failed, on what, and what to do.</summary>
    public StorageFullException(string message, Exception? innerException = null)
        : base(message, isTransient: false, innerException)
    {
    }

    /// <inheritdoc/>
    public override string ErrorId => "StorageFull";
}
