using System.Text;
using Backup.Engine;
using Backup.Sidecar.Configuration;
using Backup.Sidecar.Dapr;

namespace Backup.Sidecar.Operations;

/// <summary>Finds a repository's password where its settings say.</summary>
internal static class RepositoryPassword
{
    /// <summary>Gets it.</summary>
    /// <exception cref="ConfigurationException">There is none.</exception>
    public static async Task<Password> FindAsync(RepositorySettings settings, DaprAccess dapr, CancellationToken cancellationToken)
    {
        if (settings.Password is { } text)
        {
            return new Password(Encoding.UTF8.GetBytes(text), isTyped: false);
        }

        if (settings.PasswordSecret is { } secret)
        {
            IReadOnlyDictionary<string, string> parts = await dapr.Required.GetSecretAsync(secret.Store, secret.Name, null, cancellationToken);
            string? value = parts.GetValueOrDefault(secret.Key ?? secret.Name)
                ?? (secret.Key is null && parts.Count == 1 ? parts.Values.First() : null);
            return value is { Length: > 0 }
                ? new Password(Encoding.UTF8.GetBytes(value), isTyped: false)
                : throw new ConfigurationException($"The secret «{secret.Name}» of {secret.Store} has no part that is the repository's password.");
        }

        // The environment's variables are meant for the command line alone.
        return await Repository.ReadPasswordAsync(
                new PasswordPlace(settings.PasswordFile, settings.PasswordCommand), environment: null, cancellationToken)
            ?? throw new ConfigurationException("Nothing says where the repository's password is.");
    }
}
