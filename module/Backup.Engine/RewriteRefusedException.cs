namespace Backup.Engine;

/// <summary>A tree can't be written anew without losing what this version does not know.</summary>
public sealed class RewriteRefusedException : BackupException
{
    /// <summary>Says what failed, on what, and what to do.</summary>
    public RewriteRefusedException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <inheritdoc/>
    public override string ErrorId => "RewriteRefused";
}
