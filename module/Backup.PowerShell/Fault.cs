using System.Management.Automation;

namespace Backup.PowerShell;

/// <summary>An error in PowerShell's terms.</summary>
/// <param name="Exception">What was thrown.</param>
/// <param name="ErrorId">A stable name; scripts compare it.</param>
/// <param name="Category">PowerShell's kind of error.</param>
/// <param name="Target">What it is about, never a secret.</param>
/// <param name="Advice">What to do; null where the message says it.</param>
internal sealed record Fault(Exception Exception, string ErrorId, ErrorCategory Category, object? Target, string? Advice)
{
    /// <summary>What went wrong, in the module's words.</summary>
    public string Message => Wording.Of(Exception.Message);
}
