namespace Backup.PowerShell.Sessions;

/// <summary>A repository by its name: where it is and where its password is kept, never the password.</summary>
internal sealed record Registration
{
    /// <summary>The name.</summary>
    public required string Name { get; init; }

    /// <summary>Where it is.</summary>
    public required string Location { get; init; }

    /// <summary>The secret that SecretManagement keeps.</summary>
    public string? SecretName { get; init; }

    /// <summary>The vault that has the secret; null: any.</summary>
    public string? Vault { get; init; }

    /// <summary>A file that holds the password.</summary>
    public string? PasswordFile { get; init; }

    /// <summary>A command that prints the password.</summary>
    public string? PasswordCommand { get; init; }
}
