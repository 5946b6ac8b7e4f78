namespace Backup.PowerShell;

/// <summary>Where help is on the network, for <c>Get-Help -Online</c>.</summary>
internal static class Help
{
    /// <summary>The folder with a page for each cmdlet.</summary>
    public const string Uri = "https://github.com/backup-project/backup/blob/main/module/help/en-US/";
}
