namespace Backup.Sidecar.Configuration;

/// <summary>A secret in a secret store of Dapr.</summary>
internal sealed record SecretReference
{
    public string Store { get; set; } = "backup-secrets";

    /// <summary>The secret.</summary>
    public required string Name { get; init; }

    /// <summary>Which part of it; none: the one that has the secret's name, or the only one.</summary>
    public string? Key { get; init; }
}
