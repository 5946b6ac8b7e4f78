namespace Backup.Sidecar.Configuration;

/// <summary>Where a password is.</summary>
internal abstract record PasswordSettings
{
    /// <summary>The password itself; better one of the next three.</summary>
    public string? Password { get; init; }

    /// <summary>A file with the password.</summary>
    public string? PasswordFile { get; init; }

    /// <summary>A program that prints the password, run without a shell.</summary>
    public string? PasswordCommand { get; init; }

    /// <summary>A secret of Dapr that is the password.</summary>
    public SecretReference? PasswordSecret { get; init; }

    /// <summary>How many of them are given.</summary>
    public int CountPasswords() => new object?[] { Password, PasswordFile, PasswordCommand, PasswordSecret }.Count(part => part is not null);
}
