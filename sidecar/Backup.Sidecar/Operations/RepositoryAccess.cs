using System.Text;
using Backup.Engine;
using Backup.Sidecar.Configuration;
using Backup.Sidecar.Dapr;

namespace Backup.Sidecar.Operations;

/// <summary>Finds what a repository is opened with: its password and how its place is reached, secrets included.</summary>
internal sealed class RepositoryAccess(DaprAccess dapr, EnvironmentSettings environment)
{
    /// <summary>Gets a password.</summary>
    /// <exception cref="ConfigurationException">There is none.</exception>
    public async Task<Password> PasswordOfAsync(PasswordSettings settings, CancellationToken cancellationToken)
    {
        if (settings.Password is { } text)
        {
            return new Password(Encoding.UTF8.GetBytes(text), isTyped: false);
        }

        if (settings.PasswordSecret is { } secret)
        {
            return new Password(Encoding.UTF8.GetBytes(await SecretAsync(secret, cancellationToken)), isTyped: false);
        }

        // The environment's variables are meant for the command line alone.
        return await Repository.ReadPasswordAsync(
                new PasswordPlace(settings.PasswordFile, settings.PasswordCommand), environment: null, cancellationToken)
            ?? throw new ConfigurationException("Nothing says where the repository's password is.");
    }

    /// <summary>How the repository's place is reached.</summary>
    /// <exception cref="ConfigurationException">A secret is not there.</exception>
    public async Task<ConnectionOptions> ConnectionOfAsync(RepositorySettings settings, CancellationToken cancellationToken)
    {
        var options = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach ((string name, string value) in settings.Options)
        {
            options[name.ToLowerInvariant()] = value;
        }

        foreach ((string name, SecretReference secret) in settings.OptionSecrets)
        {
            options[name.ToLowerInvariant()] = await SecretAsync(secret, cancellationToken);
        }

        return new ConnectionOptions
        {
            UploadBytesPerSecond = settings.UploadLimit * 1024L,
            DownloadBytesPerSecond = settings.DownloadLimit * 1024L,
            UserName = settings.Credential?.UserName,
            Password = settings.Credential is { } credential ? await TextAsync(credential, cancellationToken) : null,
            CaCertificateFiles = settings.CaCertificates,
            ClientCertificateFile = settings.ClientCertificate,
            InsecureTls = settings.SkipCertificateCheck,
            Settings = options,
        };
    }

    /// <summary>Where a distant repository is cached; null if it is not.</summary>
    public string? CacheFolderOf(RepositorySettings settings) => settings.CacheFolder switch
    {
        null => Repository.DefaultCacheFolder(environment),
        RepositorySettings.None => null,
        { } folder => folder,
    };

    private async Task<string> TextAsync(CredentialSettings credential, CancellationToken cancellationToken)
    {
        using Password password = await PasswordOfAsync(credential, cancellationToken);
        return Encoding.UTF8.GetString(password.Bytes.Span);
    }

    private async Task<string> SecretAsync(SecretReference secret, CancellationToken cancellationToken)
    {
        IReadOnlyDictionary<string, string> parts = await dapr.Required.GetSecretAsync(secret.Store, secret.Name, null, cancellationToken);
        string? value = parts.GetValueOrDefault(secret.Key ?? secret.Name)
            ?? (secret.Key is null && parts.Count == 1 ? parts.Values.First() : null);
        return value is { Length: > 0 }
            ? value
            : throw new ConfigurationException($"The secret «{secret.Name}» of {secret.Store} has no part {secret.Key ?? "that can be meant: name its Key"}.");
    }
}
