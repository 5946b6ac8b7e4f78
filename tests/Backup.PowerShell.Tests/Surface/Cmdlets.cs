using Backup.HelpBuilder;

namespace Backup.PowerShell.Tests.Surface;

/// <summary>The module's cmdlets.</summary>
internal static class Cmdlets
{
    public static IReadOnlyList<CmdletInfo> All { get; } = CmdletInfo.Of(typeof(BackupCommand).Assembly);
}
