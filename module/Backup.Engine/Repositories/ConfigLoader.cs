using Backup.Engine.Buffers;
using Backup.Engine.Storage;

namespace Backup.Engine.Repositories;

/// <summary>Loads the config when a repository is opened or created, and says what it means if that is not possible.</summary>
internal static class ConfigLoader
{
    /// <summary>Whether there are key files, as only a repository has them.</summary>
    public static async Task<bool> HasKeysAsync(BackendDecorator backend, CancellationToken cancellationToken)
    {
        await foreach (BackendFile _ in backend.ListAsync(FileKind.Key, cancellationToken).ConfigureAwait(false))
        {
            return true;
        }

        return false;
    }

    /// <summary>What it means that there is no config.</summary>
    public static async Task<BackupException> WithoutConfigAsync(BackendDecorator backend, CancellationToken cancellationToken)
    {
        try
        {
            if (await HasKeysAsync(backend, cancellationToken).ConfigureAwait(false))
            {
                return new RepositoryDamagedException(
                    $"The repository {backend.Location} has keys but no config: the file was lost. Bring it back from a copy of the repository, or make a new one with {Remedy.RepairConfig}.");
            }
        }
        catch (BackendException)
        {
            // Where there is no repository, there is mostly no folder of keys to list either.
        }

        return new RepositoryNotFoundException(
            $"There is no repository at {backend.Location}. Check the location, or create a repository there with {Remedy.Create}.");
    }

    /// <summary>Reads what is stored.</summary>
    /// <exception cref="RepositoryDamagedException">It is damaged; the message says what to do.</exception>
    public static RepositoryConfig Decode(UnpackedFiles files, byte[] stored, string location)
    {
        try
        {
            using PooledBuffer json = files.Decode(FileHandle.Config, stored);
            return ConfigFile.Decode(json.Span);
        }
        catch (RepositoryDamagedException exception)
        {
            throw new RepositoryDamagedException(
                $"The config of the repository {location} is damaged. {exception.Message} Bring it back from a copy of the repository, or make a new one with {Remedy.RepairConfig}.",
                exception);
        }
    }

    /// <summary>The file as it is stored; null if there is none.</summary>
    public static async Task<byte[]?> TryLoadStoredAsync(BackendDecorator backend, CancellationToken cancellationToken)
    {
        try
        {
            return await backend.LoadAsync(FileHandle.Config, 1024 * 1024, cancellationToken).ConfigureAwait(false);
        }
        catch (BackendFileNotFoundException)
        {
            return null; // which is the answer
        }
    }
}
