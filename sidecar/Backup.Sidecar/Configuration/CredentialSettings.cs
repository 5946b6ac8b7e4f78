namespace Backup.Sidecar.Configuration;

/// <summary>Who asks a <c>rest:</c> server.</summary>
internal sealed record CredentialSettings : PasswordSettings
{
    public string UserName { get; set; } = "";

    // A record would print its members, and the password is one of them.
    public override string ToString() => nameof(CredentialSettings);
}
