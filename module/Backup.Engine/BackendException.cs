namespace Backup.Engine;

/// <summary>The place where a repository is kept did not do what it was asked for.</summary>
public class BackendException : BackupException
{
    /// <summary>Says what failed, on what, and what to do.</summary>
    /// <param name="message">The message, without secrets.</param>
    /// <param name="isTransient">Whether trying again can help.</param>
    /// <param name="innerException">The cause.</param>
    public BackendException(string message, bool isTransient, Exception? innerException = null)
        : base(message, innerException) => IsTransient = isTransient;

    /// <summary>Whether trying again can help: a timeout can pass, a denied access does not.</summary>
    public bool IsTransient { get; }

    /// <summary>How long to wait before trying again, where the other side has said so.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <inheritdoc/>
    public override string ErrorId => "BackendUnavailable";
}
