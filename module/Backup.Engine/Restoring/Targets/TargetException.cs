namespace Backup.Engine.Restoring.Targets;

/// <summary>The target refused something. Becomes a <see cref="RestoreIssue"/>, and never leaves the restore.</summary>
internal sealed class TargetException : IOException
{
    /// <summary>Says what was refused and why.</summary>
    public TargetException(TargetFailure failure, string message, Exception? innerException = null)
        : base(message, innerException) => Failure = failure;

    /// <summary>The kind of refusal.</summary>
    public TargetFailure Failure { get; }
}
