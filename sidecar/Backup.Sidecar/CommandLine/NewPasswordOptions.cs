using System.CommandLine;
using Backup.Engine;

namespace Backup.Sidecar.CommandLine;

/// <summary>The options that say where a new password comes from.</summary>
internal sealed class NewPasswordOptions
{
    private readonly Option<string?> _file = new("--new-password-file")
    {
        Description = "A file with the new password (default: ask)",
        HelpName = "file",
    };

    private readonly Option<string?> _command = new("--new-password-command")
    {
        Description = "A program that prints the new password, run without a shell",
        HelpName = "command",
    };

    public Option[] All => [_file, _command];

    /// <summary>Gets it.</summary>
    public Task<Password> FindAsync(VerbRun run) =>
        run.Passwords.FindNewAsync(new PasswordPlace(run.Value(_file), run.Value(_command)), run.Token);
}
