namespace Backup.Engine;

/// <summary>A restore would write outside of its target, or over what it must not.</summary>
public sealed class RestoreRefusedException : BackupException
{
    /// <summary>Says what failed, on what, and what to do.</summary>
    public RestoreRefusedException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <inheritdoc/>
    public override string ErrorId => "RestoreRefused";
}
