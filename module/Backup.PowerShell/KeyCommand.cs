using System.Management.Automation;
using System.Security;
using Backup.Engine;
using Backup.PowerShell.Binding;
using Backup.PowerShell.Completion;
using Backup.PowerShell.Output;
using Backup.PowerShell.Sessions;

namespace Backup.PowerShell;

/// <summary>The base of cmdlets that set a password.</summary>
public abstract class KeyCommand : RepositoryCommand
{
    [Parameter(Position = 0, HelpMessage = "The new password. Default: it is asked for, twice.")]
    [PasswordTransform]
    public SecureString? NewPassword { get; set; }

    [Parameter(HelpMessage = "The host that the key names, so that people know whose it is. Default: this one.")]
    [ArgumentCompleter(typeof(HostCompleter))]
    public string? HostName { get; set; }

    [Parameter(HelpMessage = "The user that the key names. Default: you.")]
    public string? UserName { get; set; }

    /// <summary>Whom the key names.</summary>
    internal KeyOwner Owner => new(HostName, UserName);

    /// <summary>The new password, which is not empty.</summary>
    internal Password FindNewPassword()
    {
        Password? password = NewPassword is null ? AskTwice("New password") : PasswordAccess.Of(NewPassword, isTyped: false);
        if (password is null or { Bytes.IsEmpty: true })
        {
            Refuse(
                "PasswordRequired",
                ErrorCategory.InvalidArgument,
                "No new password is given, and nobody can be asked. Use -NewPassword; it may not be empty.");
        }

        return password;
    }

    /// <summary>Gives a key by its id.</summary>
    internal void WriteKey(BackupRepository repository, Digest id)
    {
        IReadOnlyList<KeyInfo> keys = Work(repository, isWriting: false, (engine, _, token) => engine.ListKeysAsync(token));
        WriteObject(new BackupKey(keys.First(key => key.Id == id), repository.Location));
    }
}
