namespace Backup.PowerShell.Sessions;

/// <summary>A repository by its name: where it is, how it is reached, and where its password is kept, never the password.</summary>
internal sealed record Registration
{
    /// <summary>The name.</summary>
    public required string Name { get; init; }

    /// <summary>Where it is.</summary>
    public required string Location { get; init; }

    /// <summary>The secret that SecretManagement keeps.</summary>
    public string? SecretName { get; init; }

    /// <summary>The secret that says who we are at its place.</summary>
    public string? CredentialSecretName { get; init; }

    /// <summary>The vault that has the secrets; null: any.</summary>
    public string? Vault { get; init; }

    /// <summary>A file that holds the password.</summary>
    public string? PasswordFile { get; init; }

    /// <summary>A command that prints the password.</summary>
    public string? PasswordCommand { get; init; }

    /// <summary>How it is reached; null: as the environment says.</summary>
    public ConnectionSettings? Connection { get; init; }
}
