using Backup.Engine;

namespace Backup.PowerShell.Sessions;

/// <summary>Where a repository is, how it is reached, and where its password is kept.</summary>
/// <param name="Name">What people call it.</param>
/// <param name="Location">Where it is, as the engine takes it.</param>
/// <param name="Password">A file or command with the password, if that is known.</param>
/// <param name="Secret">The secret with the password, if that is known.</param>
internal sealed record RepositoryPlace(string Name, string Location, PasswordPlace Password, (string Name, string? Vault)? Secret)
{
    /// <summary>How it is reached.</summary>
    public ConnectionSettings Connection { get; init; } = new();

    /// <summary>The secret that says who we are there, if that is known.</summary>
    public (string Name, string? Vault)? LoginSecret { get; init; }

    /// <summary>A registered one.</summary>
    public static RepositoryPlace Of(Registration registration) => new(
        registration.Name,
        registration.Location,
        new PasswordPlace(registration.PasswordFile, registration.PasswordCommand),
        registration.SecretName is { } secret ? (secret, registration.Vault) : null)
    {
        Connection = registration.Connection ?? new(),
        LoginSecret = registration.CredentialSecretName is { } login ? (login, registration.Vault) : null,
    };

    /// <summary>One that is only known by its location.</summary>
    public static RepositoryPlace At(string location) => new(
        LocationSyntax.WithoutSecret(location), location, new PasswordPlace(File: null, Command: null), Secret: null);
}
