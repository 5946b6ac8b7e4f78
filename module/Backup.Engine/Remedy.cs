using System.Text.RegularExpressions;

namespace Backup.Engine;

/// <summary>
/// What messages tell people to do or to set, by names that belong to no front-end: <c>‹unlock›</c>, <c>‹s3.region=eu-west-1›</c>. Each
/// front-end puts what it is called there in their place; a message in which nobody has done so is still understood.
/// </summary>
public static partial class Remedy
{
    /// <summary>Creating a repository.</summary>
    public const string Create = "‹init›";

    /// <summary>Creating a repository that cuts files where another one does.</summary>
    public const string CreateAlike = "‹init with the chunker parameters›";

    /// <summary>Listing snapshots.</summary>
    public const string ListSnapshots = "‹snapshots›";

    /// <summary>Removing stale locks.</summary>
    public const string Unlock = "‹unlock›";

    /// <summary>Removing all locks.</summary>
    public const string UnlockAll = "‹unlock all›";

    /// <summary>Writing a new config.</summary>
    public const string RepairConfig = "‹repair config›";

    /// <summary>Naming the certificates that a server's is checked against: <see cref="ConnectionOptions.CaCertificateFiles"/>.</summary>
    public const string CaCertificate = "‹CA certificate›";

    /// <summary>A message as a front-end's users know things.</summary>
    /// <param name="message">The message of an error or a warning.</param>
    /// <param name="command">What one of the names above is called there.</param>
    /// <param name="setting">How one of <see cref="ConnectionOptions.Settings"/> is given there: by name and value.</param>
    public static string Reword(string message, Func<string, string> command, Func<string, string, string> setting) =>
        Marked().Replace(message, match => match.Groups["value"] is { Success: true, Value: { } value }
            ? setting(match.Groups["name"].Value, value)
            : command(match.Value));

    /// <summary>One of <see cref="ConnectionOptions.Settings"/>, as a message names it.</summary>
    internal static string Setting(string name, string value) => $"‹{name}={value}›";

    [GeneratedRegex("‹(?<name>[^‹›=]+)(=(?<value>[^‹›]*))?›")]
    private static partial Regex Marked();
}
