namespace Backup.Engine;

/// <summary>No snapshot of a group would be left, which its policy can't have meant.</summary>
public sealed class ForgetRefusedException : BackupException
{
    /// <summary>Says what failed, on what, and what to do.</summary>
    public ForgetRefusedException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <inheritdoc/>
    public override string ErrorId => "ForgetRefused";
}
