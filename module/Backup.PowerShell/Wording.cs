using Backup.Engine;

namespace Backup.PowerShell;

/// <summary>What messages of the engine tell people to do or to set, as the module's cmdlets and parameters.</summary>
internal static class Wording
{
    private static readonly Dictionary<string, string> Commands = new(StringComparer.Ordinal)
    {
        [Remedy.Create] = "New-BackupRepository",
        [Remedy.CreateAlike] = "New-BackupRepository -CopyChunkerFrom",
        [Remedy.ListSnapshots] = "Get-BackupSnapshot",
        [Remedy.Unlock] = "Unlock-BackupRepository",
        [Remedy.UnlockAll] = "Unlock-BackupRepository -Force",
        [Remedy.RepairConfig] = "Repair-BackupRepository -Config",
        [Remedy.CaCertificate] = "-CaCertificate",
    };

    /// <summary>The message in the module's words.</summary>
    public static string Of(string message) => Remedy.Reword(
        message,
        static command => Commands.GetValueOrDefault(command, command),
        static (name, value) => $"-Option @{{ '{name}' = '{value.Replace("'", "''", StringComparison.Ordinal)}' }}");
}
