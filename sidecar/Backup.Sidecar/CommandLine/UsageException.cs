namespace Backup.Sidecar.CommandLine;

/// <summary>The command can't be carried out as it was given; the message says how to give it.</summary>
internal sealed class UsageException : Exception
{
    public UsageException(string message)
        : base(message)
    {
    }

    public UsageException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
