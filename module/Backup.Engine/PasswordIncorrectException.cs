namespace Backup.Engine;

/// <summary>The password opens none of the repository's keys.</summary>
public sealed class PasswordIncorrectException : BackupException
{
    /// <summary>Says what failed, on what, and what to do.</summary>
    public PasswordIncorrectException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <inheritdoc/>
    public override string ErrorId => "PasswordIncorrect";
}
