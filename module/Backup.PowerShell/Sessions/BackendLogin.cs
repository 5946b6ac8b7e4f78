using System.Management.Automation;
using Backup.Engine;

namespace Backup.PowerShell.Sessions;

/// <summary>Who we are at the place of a repository. Not a record: its text would show the password.</summary>
/// <param name="userName">The user, or the id of an access key.</param>
/// <param name="password">The password, or the secret of the key.</param>
internal sealed class BackendLogin(string userName, string password)
{
    /// <summary>A connection that uses it.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="location">Where it goes: the kind of place says what a login is.</param>
    /// <exception cref="CommandException">Such a place takes no login.</exception>
    public ConnectionOptions AppliedTo(ConnectionOptions connection, string location) => location switch
    {
        _ when location.StartsWith("rest:", StringComparison.Ordinal) => connection with { UserName = userName, Password = password },
        _ when location.StartsWith("s3:", StringComparison.Ordinal) => connection with
        {
            Settings = new Dictionary<string, string>(connection.Settings, StringComparer.Ordinal)
            {
                ["s3.access-key-id"] = userName,
                ["s3.secret-access-key"] = password,
            },
        },
        _ => throw new CommandException(
            "CredentialNotUsed",
            ErrorCategory.InvalidArgument,
            "A login is for rest: and s3: locations only; other places take none, or their own. The repository's password is -Password."),
    };
}
