using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace Backup.Sidecar.CommandLine;

/// <summary>
/// Finds the password: where the command line says, else in BACKUP_PASSWORD, BACKUP_PASSWORD_FILE or
/// BACKUP_PASSWORD_COMMAND, else in restic's variables of the same kind, else by asking. Never on the command line
/// itself, where every process can read it.
/// </summary>
internal sealed class PasswordSource(Terminal terminal, Settings settings, Interruption interruption)
{
    /// <summary>Gets the password of a repository.</summary>
    /// <param name="place">What the command line says.</param>
    /// <param name="isNew">It is about to be set: it may not be empty, and is asked for twice.</param>
    /// <param name="cancellationToken">Stops a password command.</param>
    /// <exception cref="UsageException">There is no password, or more than one.</exception>
    public async Task<Password> FindAsync(PasswordPlace place, bool isNew, CancellationToken cancellationToken)
    {
        if (place.IsEmpty)
        {
            return new Password([], isTyped: false);
        }

        Password password = await FromOptionsAsync(place, cancellationToken)
            ?? await FromEnvironmentAsync(cancellationToken)
            ?? Ask("repository", isNew);
        return NotEmpty(password, "The password is empty. If the repository's really is, say --insecure-no-password.");
    }

    /// <summary>Gets a password that is to be set beside another one, never from the environment.</summary>
    public async Task<Password> FindNewAsync(PasswordPlace place, CancellationToken cancellationToken) => NotEmpty(
        await FromOptionsAsync(place, cancellationToken) ?? Ask("new", confirm: true), "The new password is empty, so it protects nothing.");

    private static Password NotEmpty(Password password, string message) =>
        password.Bytes.IsEmpty ? throw new UsageException(message) : password;

    private static async Task<Password?> FromOptionsAsync(PasswordPlace place, CancellationToken cancellationToken) =>
        place switch
        {
            { File: not null, Command: not null } =>
                throw new UsageException("A password file and a password command can't both be given. Leave one out."),
            { File: { } file } => FromFile(file),
            { Command: { } command } => await FromCommandAsync(command, cancellationToken),
            _ => null,
        };

    private async Task<Password?> FromEnvironmentAsync(CancellationToken cancellationToken)
    {
        foreach (string prefix in Settings.Prefixes)
        {
            string? file = settings.Exact(prefix + "PASSWORD_FILE");
            string? command = settings.Exact(prefix + "PASSWORD_COMMAND");
            if (file is not null && command is not null)
            {
                throw new UsageException($"{prefix}PASSWORD_FILE and {prefix}PASSWORD_COMMAND are both set. Unset one of them.");
            }

            Password? password = await FromOptionsAsync(new PasswordPlace(file, command), cancellationToken);
            if (password is null && settings.Exact(prefix + "PASSWORD") is { } text)
            {
                password = new Password(Encoding.UTF8.GetBytes(text), isTyped: false);
            }

            if (password is not null)
            {
                return password;
            }
        }

        return null;
    }

    private static Password FromFile(string path) => Trimmed(TextFile.ReadBytes(path, "password file"));

    private static async Task<Password> FromCommandAsync(string command, CancellationToken cancellationToken)
    {
        List<string> parts;
        try
        {
            parts = ArgumentSplitter.Split(command, backslashEscapes: !OperatingSystem.IsWindows());
        }
        catch (FormatException exception)
        {
            throw new UsageException($"The password command can't be understood: {exception.Message}.", exception);
        }

        var start = new ProcessStartInfo(parts[0], parts.Skip(1)) { RedirectStandardOutput = true };
        try
        {
            using Process process = Process.Start(start) ?? throw new InvalidOperationException("no process was started");
            using var output = new MemoryStream();
            await process.StandardOutput.BaseStream.CopyToAsync(output, cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            Password password = Trimmed(output.ToArray());
            CryptographicOperations.ZeroMemory(output.GetBuffer());
            if (process.ExitCode != 0)
            {
                password.Dispose();
                throw new UsageException(
                    $"The password command «{parts[0]}» failed with exit code {process.ExitCode}. Run it by itself to see why.");
            }

            return password;
        }
        catch (Exception exception) when (exception is System.ComponentModel.Win32Exception or InvalidOperationException)
        {
            throw new UsageException($"The password command «{parts[0]}» can't be started: {exception.Message}", exception);
        }
    }

    /// <summary>Editors and <c>echo</c> put a line's end behind it and some a mark before it; restic drops both, too.</summary>
    private static Password Trimmed(byte[] bytes)
    {
        byte[] text = TextFile.Decode(bytes);
        var password = new Password(text.AsSpan().Trim(" \t\r\n\v\f"u8).ToArray(), isTyped: false);
        CryptographicOperations.ZeroMemory(text);
        CryptographicOperations.ZeroMemory(bytes);
        return password;
    }

    private Password Ask(string what, bool confirm)
    {
        if (!terminal.CanAsk)
        {
            throw new UsageException(
                "No password is given and there is no terminal to ask on. "
                + "Use --password-file or --password-command, or set BACKUP_PASSWORD_FILE.");
        }

        // Nothing is open and nothing locked yet, and reading a key can't be cancelled.
        using IDisposable _ = interruption.EndAtOnce();
        Password password = new(terminal.ReadSecret($"{what} password: "), isTyped: true);
        if (confirm)
        {
            using Password again = new(terminal.ReadSecret("the same again: "), isTyped: true);
            if (!password.Equals(again))
            {
                password.Dispose();
                throw new UsageException("The two passwords differ. Nothing was changed.");
            }
        }

        return password;
    }
}
