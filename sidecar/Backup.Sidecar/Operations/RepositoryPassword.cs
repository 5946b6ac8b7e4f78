using System.Text;
using Backup.Engine;
using Backup.Sidecar.Configuration;

namespace Backup.Sidecar.Operations;

/// <summary>Finds a repository's password where its settings say.</summary>
internal static class RepositoryPassword
{
    /// <summary>Gets it.</summary>
    /// <exception cref="ConfigurationException">There is none.</exception>
    public static async Task<Password> FindAsync(RepositorySettings settings, CancellationToken cancellationToken)
    {
        if (settings.Password is { } text)
        {
            return new Password(Encoding.UTF8.GetBytes(text), isTyped: false);
        }

        // The environment's variables are meant for the command line alone.
        return await Repository.ReadPasswordAsync(
                new PasswordPlace(settings.PasswordFile, settings.PasswordCommand), environment: null, cancellationToken)
            ?? throw new ConfigurationException("Nothing says where the repository's password is.");
    }
}
