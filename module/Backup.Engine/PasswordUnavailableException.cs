namespace Backup.Engine;

/// <summary>The password can't be had from where it is said to be: a file that can't be read, a command that fails.</summary>
public sealed class PasswordUnavailableException : BackupException
{
    /// <summary>Says what failed, on what, and what to do.</summary>
    public PasswordUnavailableException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <inheritdoc/>
    public override string ErrorId => "PasswordUnavailable";
}
