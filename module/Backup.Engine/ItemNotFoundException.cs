namespace Backup.Engine;

/// <summary>The snapshot has no such file or folder.</summary>
public sealed class ItemNotFoundException : BackupException
{
    /// <summary>Says what failed, on what, and what to do.</summary>
    public ItemNotFoundException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <inheritdoc/>
    public override string ErrorId => "ItemNotFound";
}
