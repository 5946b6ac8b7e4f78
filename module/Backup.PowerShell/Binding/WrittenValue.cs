using System.Management.Automation;

namespace Backup.PowerShell.Binding;

/// <summary>What somebody has written for a parameter.</summary>
internal static class WrittenValue
{
    /// <summary>
    /// The value without its wrapping. <c>14d</c>, <c>1y</c> and <c>90s</c> without quotes are numbers of several kinds to PowerShell, which
    /// keeps how they were written: as text they are days, years and seconds.
    /// </summary>
    public static object? Of(object inputData) => inputData is not PSObject wrapped ? inputData
        : wrapped.BaseObject is decimal or sbyte or short ? wrapped.ToString()
        : wrapped.BaseObject;
}
