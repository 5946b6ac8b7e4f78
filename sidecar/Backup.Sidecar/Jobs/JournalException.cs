namespace Backup.Sidecar.Jobs;

/// <summary>The journal of jobs could not be read or written.</summary>
internal sealed class JournalException(string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>Whether it is only one job whose record makes no sense, such as one that a newer version wrote; others are well.</summary>
    public bool IsUnreadable { get; init; }
}
