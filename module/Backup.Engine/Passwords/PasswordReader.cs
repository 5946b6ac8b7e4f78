using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace Backup.Engine.Passwords;

/// <summary>Reads passwords from where they are kept: a file, a command's output, the environment.</summary>
internal static class PasswordReader
{
    /// <summary>Reads it from the place, else from where the settings say.</summary>
    /// <returns>Null if neither says where.</returns>
    /// <exception cref="PasswordUnavailableException">It can't be read from there.</exception>
    public static async Task<Password?> ReadAsync(
        PasswordPlace place, EnvironmentSettings? environment, CancellationToken cancellationToken)
    {
        if (place.IsEmpty)
        {
            return new Password([], isTyped: false);
        }

        return await FromPlaceAsync(place, "A password file and a password command can't both be given. Leave one out.", cancellationToken)
            .ConfigureAwait(false)
            ?? (environment is null ? null : await FromEnvironmentAsync(environment, cancellationToken).ConfigureAwait(false));
    }

    private static async Task<Password?> FromPlaceAsync(PasswordPlace place, string ifBoth, CancellationToken cancellationToken) =>
        place switch
        {
            { File: not null, Command: not null } => throw new PasswordUnavailableException(ifBoth),
            { File: { } file } => FromFile(file),
            { Command: { } command } => await FromCommandAsync(command, cancellationToken).ConfigureAwait(false),
            _ => null,
        };

    private static async Task<Password?> FromEnvironmentAsync(EnvironmentSettings environment, CancellationToken cancellationToken)
    {
        foreach (string prefix in EnvironmentSettings.Prefixes)
        {
            var place = new PasswordPlace(environment.Exact(prefix + "PASSWORD_FILE"), environment.Exact(prefix + "PASSWORD_COMMAND"));
            Password? password = await FromPlaceAsync(
                place, $"{prefix}PASSWORD_FILE and {prefix}PASSWORD_COMMAND are both set. Unset one of them.", cancellationToken)
                .ConfigureAwait(false);
            if (password is null && environment.Exact(prefix + "PASSWORD") is { } text)
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

    private static Password FromFile(string path)
    {
        try
        {
            return Trimmed(File.ReadAllBytes(path));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new PasswordUnavailableException($"The password file {path} can't be read: {exception.Message}", exception);
        }
    }

    private static async Task<Password> FromCommandAsync(string command, CancellationToken cancellationToken)
    {
        List<string> parts;
        try
        {
            parts = ArgumentSplitter.Split(command, backslashEscapes: !OperatingSystem.IsWindows());
        }
        catch (FormatException exception)
        {
            throw new PasswordUnavailableException($"The password command can't be understood: {exception.Message}.", exception);
        }

        try
        {
            return await RunAsync(new ProcessStartInfo(parts[0], parts.Skip(1)) { RedirectStandardOutput = true }, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is Win32Exception or InvalidOperationException)
        {
            throw new PasswordUnavailableException($"The password command «{parts[0]}» can't be started: {exception.Message}", exception);
        }
    }

    private static async Task<Password> RunAsync(ProcessStartInfo start, CancellationToken cancellationToken)
    {
        using Process process = Process.Start(start) ?? throw new InvalidOperationException("no process was started");
        using var output = new MemoryStream();
        await process.StandardOutput.BaseStream.CopyToAsync(output, cancellationToken).ConfigureAwait(false);
        await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        Password password = Trimmed(output.ToArray());
        CryptographicOperations.ZeroMemory(output.GetBuffer());
        if (process.ExitCode != 0)
        {
            password.Dispose();
            throw new PasswordUnavailableException(
                $"The password command «{start.FileName}» failed with exit code {process.ExitCode}. Run it by itself to see why.");
        }

        return password;
    }

    /// <summary>Editors and <c>echo</c> put a line's end behind it and some a mark before it; restic drops both, too.</summary>
    private static Password Trimmed(byte[] bytes)
    {
        byte[] text = Decode(bytes);
        var password = new Password(text.AsSpan().Trim(" \t\r\n\v\f"u8).ToArray(), isTyped: false);
        CryptographicOperations.ZeroMemory(text);
        CryptographicOperations.ZeroMemory(bytes);
        return password;
    }

    /// <summary>UTF-8 without a mark; what Windows calls Unicode becomes it.</summary>
    private static byte[] Decode(byte[] bytes) => bytes switch
    {
        [0xef, 0xbb, 0xbf, ..] => bytes[3..],
        [0xff, 0xfe, ..] => Encoding.UTF8.GetBytes(Encoding.Unicode.GetString(bytes.AsSpan(2))),
        [0xfe, 0xff, ..] => Encoding.UTF8.GetBytes(Encoding.BigEndianUnicode.GetString(bytes.AsSpan(2))),
        _ => bytes,
    };
}
