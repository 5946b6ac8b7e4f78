using Backup.Engine;

namespace Backup.Sidecar.CommandLine;

/// <summary>
/// Finds the password: where the command line says, else in BACKUP_PASSWORD, BACKUP_PASSWORD_FILE or
/// BACKUP_PASSWORD_COMMAND, else in restic's variables of the same kind, else by asking. Never on the command line
/// itself, where every process can read it.
/// </summary>
internal sealed class PasswordSource(Terminal terminal, EnvironmentSettings settings, Interruption interruption)
{
    /// <summary>What the repository is called when somebody is asked for its password.</summary>
    public string RepositoryName { get; init; } = "repository";

    /// <summary>The options and the variable that say where it is.</summary>
    public string Advice { get; init; } = "Use --password-file or --password-command, or set BACKUP_PASSWORD_FILE.";

    /// <summary>Gets the password of a repository.</summary>
    /// <param name="place">What the command line says.</param>
    /// <param name="isNew">It is about to be set: it may not be empty, and is asked for twice.</param>
    /// <param name="cancellationToken">Stops a password command.</param>
    /// <exception cref="UsageException">There is no password.</exception>
    /// <exception cref="PasswordUnavailableException">It can't be had from where it is said to be.</exception>
    public async Task<Password> FindAsync(PasswordPlace place, bool isNew, CancellationToken cancellationToken)
    {
        Password password = await Repository.ReadPasswordAsync(place, settings, cancellationToken) ?? Ask(RepositoryName, isNew);
        return place.IsEmpty ? password : NotEmpty(password, "The password is empty. If the repository's really is, say --insecure-no-password.");
    }

    /// <summary>Gets a password that is to be set beside another one, never from the environment.</summary>
    public async Task<Password> FindNewAsync(PasswordPlace place, CancellationToken cancellationToken) => NotEmpty(
        await Repository.ReadPasswordAsync(place, environment: null, cancellationToken) ?? Ask("new", confirm: true), "The new password is empty, so it protects nothing.");

    private static Password NotEmpty(Password password, string message) =>
        password.Bytes.IsEmpty ? throw new UsageException(message) : password;

    private Password Ask(string what, bool confirm)
    {
        if (!terminal.CanAsk)
        {
            throw new UsageException(
                $"No password is given and there is no terminal to ask on. {Advice}");
        }

        // Nothing is open and nothing locked yet, and reading a key can't be cancelled.
        using IDisposable _ = interruption.EndAtOnce();
        Password password = new(terminal.ReadSecret($"{what} password: "), isTyped: true);
        if (confirm)
        {
            using Password again = new(terminal.ReadSecret("the same again: "), isTyped: true);
            if (!password.HasSameBytes(again))
            {
                password.Dispose();
                throw new UsageException("The two passwords differ. Nothing was changed.");
            }
        }

        return password;
    }
}
