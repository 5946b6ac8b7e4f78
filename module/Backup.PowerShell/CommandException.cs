using System.Management.Automation;

namespace Backup.PowerShell;

/// <summary>Something is wrong with how a cmdlet is used, or with what it was given.</summary>
internal sealed class CommandException(string errorId, ErrorCategory category, string message, Exception? innerException = null)
    : Exception(message, innerException)
{
    /// <summary>The error's stable name.</summary>
    public string ErrorId => errorId;

    /// <summary>PowerShell's kind of error.</summary>
    public ErrorCategory Category => category;
}
