using System.Globalization;
using Backup.Engine.Crypto;

namespace Backup.Engine.Repositories;

/// <summary>The keys of a repository: every password's way to the one master key.</summary>
internal static class RepositoryKeys
{
    /// <summary>Each try costs time and memory, and whoever can write to the repository can add key files: as restic.</summary>
    private const int MaxTries = 20;

    /// <summary>Adds a key, and reads it back.</summary>
    /// <param name="backend">The repository.</param>
    /// <param name="masterKey">What the password is to open. Lent.</param>
    /// <param name="password">Its UTF-8 bytes, lent.</param>
    /// <param name="options">What is recorded with it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The key file's name.</returns>
    public static async Task<Digest> AddAsync(
        IBackend backend, MasterKey masterKey, ReadOnlyMemory<byte> password, KeyOptions options, CancellationToken cancellationToken)
    {
        byte[] content = await Task.Run(() => KeyFile.Wrap(masterKey, password.Span, options).Encode(), cancellationToken)
            .ConfigureAwait(false);
        var file = new FileHandle(FileKind.Key, Digest.Of(content));
        await backend.SaveAsync(file, content, cancellationToken).ConfigureAwait(false);

        // Nothing else opens the repository, so it is not enough to have been told that it is saved.
        byte[] saved = await backend.LoadAsync(file, KeyFile.MaxLength, cancellationToken).ConfigureAwait(false);
        return saved.AsSpan().SequenceEqual(content)
            ? file.Name
            : throw new RepositoryDamagedException(
                $"The new {file} does not read back as it was written. Don't rely on its password; look after the disk or service.");
    }

    /// <summary>Finds the master key by a password.</summary>
    /// <param name="backend">The repository.</param>
    /// <param name="password">Its UTF-8 bytes, lent.</param>
    /// <param name="cancellationToken">Ends the search, between two tries.</param>
    /// <returns>The master key, which the caller disposes, and the name of the key file that holds it.</returns>
    /// <exception cref="PasswordIncorrectException">No key opens with it.</exception>
    /// <exception cref="RepositoryDamagedException">No key opens with it, but some are damaged; or there are none.</exception>
    public static async Task<(MasterKey MasterKey, Digest KeyName)> OpenAsync(
        IBackend backend, ReadOnlyMemory<byte> password, CancellationToken cancellationToken)
    {
        List<(Digest Name, KeyFile? Key, RepositoryDamagedException? Damage)> keys =
            await LoadAllAsync(backend, cancellationToken).ConfigureAwait(false);
        List<RepositoryDamagedException> damages = [.. keys.Select(key => key.Damage).OfType<RepositoryDamagedException>()];

        // Our own ones first: with many keys, that saves tries.
        LockIdentity identity = LockIdentity.Current();
        IEnumerable<(Digest Name, KeyFile? Key, RepositoryDamagedException? Damage)> tries = keys
            .Where(key => key.Key is not null)
            .OrderByDescending(key => key.Key?.Hostname == identity.Hostname && key.Key?.Username == identity.Username)
            .Take(MaxTries);
        foreach ((Digest name, KeyFile? key, _) in tries)
        {
            try
            {
                if (await Task.Run(() => key?.Unwrap(password.Span), cancellationToken).ConfigureAwait(false) is { } masterKey)
                {
                    return (masterKey, name);
                }
            }
            catch (RepositoryDamagedException exception)
            {
                damages.Add(new RepositoryDamagedException($"The key file {name} is damaged: {exception.Message}", exception));
            }
        }

        throw Unopened(backend.Location, keys.Count, damages);
    }

    /// <summary>Lists the keys, damaged ones too.</summary>
    /// <param name="backend">The repository.</param>
    /// <param name="current">The key with which it was opened.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<IReadOnlyList<KeyInfo>> ListAsync(
        IBackend backend, Digest current, CancellationToken cancellationToken)
    {
        List<(Digest Name, KeyFile? Key, RepositoryDamagedException? Damage)> keys =
            await LoadAllAsync(backend, cancellationToken).ConfigureAwait(false);
        return
        [
            .. keys.Select(key => new KeyInfo(
                key.Name,
                key.Key?.Username ?? "",
                key.Key?.Hostname ?? "",
                key.Key?.Created ?? default,
                key.Name == current,
                key.Damage?.Message)).OrderBy(key => key.Created),
        ];
    }

    /// <summary>Removes a key; its password opens the repository no longer.</summary>
    /// <param name="backend">The repository.</param>
    /// <param name="key">The key file's name, or the beginning of it.</param>
    /// <param name="current">The key with which it was opened, which is not removed.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The name of the key file that was removed.</returns>
    /// <exception cref="ItemNotFoundException">No key is named so.</exception>
    /// <exception cref="ArgumentException">Several keys are, or it is the one in use.</exception>
    public static async Task<Digest> RemoveAsync(IBackend backend, string key, Digest current, CancellationToken cancellationToken)
    {
        List<Digest> names = await ListNamesAsync(backend, cancellationToken).ConfigureAwait(false);
        List<Digest> found = names.FindAll(name => name.ToString().StartsWith(key, StringComparison.OrdinalIgnoreCase));
        if (key.Length == 0 || found.Count == 0)
        {
            throw new ItemNotFoundException($"The repository {backend.Location} has no key «{key}». List its keys to see which it has.");
        }

        if (found.Count > 1)
        {
            throw new ArgumentException($"«{key}» is the beginning of {found.Count} keys; give more digits.", nameof(key));
        }

        if (found[0] == current)
        {
            throw new ArgumentException(
                $"The key {current.ToShortString()} is the one that the repository was opened with. To remove it, open the repository with another password.",
                nameof(key));
        }

        await backend.DeleteAsync(new FileHandle(FileKind.Key, found[0]), cancellationToken).ConfigureAwait(false);
        return found[0];
    }

    /// <summary>Replaces the key in use by one with another password. It is removed only after the new one was read back.</summary>
    /// <returns>The new key file's name: the one in use from now on.</returns>
    public static async Task<Digest> ChangePasswordAsync(
        IBackend backend,
        MasterKey masterKey,
        Digest current,
        ReadOnlyMemory<byte> newPassword,
        KeyOptions options,
        CancellationToken cancellationToken)
    {
        Digest added = await AddAsync(backend, masterKey, newPassword, options, cancellationToken).ConfigureAwait(false);
        await backend.DeleteAsync(new FileHandle(FileKind.Key, current), cancellationToken).ConfigureAwait(false);
        return added;
    }

    private static async Task<List<Digest>> ListNamesAsync(IBackend backend, CancellationToken cancellationToken)
    {
        var names = new List<Digest>();
        await foreach (BackendFile file in backend.ListAsync(FileKind.Key, cancellationToken).ConfigureAwait(false))
        {
            names.Add(file.Handle.Name);
        }

        return names;
    }

    private static async Task<List<(Digest Name, KeyFile? Key, RepositoryDamagedException? Damage)>> LoadAllAsync(
        IBackend backend, CancellationToken cancellationToken)
    {
        List<Digest> names = await ListNamesAsync(backend, cancellationToken).ConfigureAwait(false);
        var keys = new (Digest Name, KeyFile? Key, RepositoryDamagedException? Damage)[names.Count];
        await Parallel.ForAsync(
            0,
            names.Count,
            new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, backend.Connections), CancellationToken = cancellationToken },
            async (i, token) =>
            {
                try
                {
                    keys[i] = (names[i], await LoadAsync(backend, names[i], token).ConfigureAwait(false), null);
                }
                catch (BackendFileNotFoundException)
                {
                    // Somebody removed it since the listing: it is no key any more.
                }
                catch (RepositoryDamagedException exception)
                {
                    keys[i] = (names[i], null, exception);
                }
            }).ConfigureAwait(false);
        return [.. keys.Where(key => key.Key is not null || key.Damage is not null)];
    }

    private static async Task<KeyFile> LoadAsync(IBackend backend, Digest name, CancellationToken cancellationToken)
    {
        var file = new FileHandle(FileKind.Key, name);
        byte[] content = await backend.LoadAsync(file, KeyFile.MaxLength, cancellationToken).ConfigureAwait(false);
        if (Digest.Of(content) != name)
        {
            // A transfer can go wrong; a file that is wrong stays so.
            content = await backend.LoadAsync(file, KeyFile.MaxLength, cancellationToken).ConfigureAwait(false);
            if (Digest.Of(content) != name)
            {
                throw new RepositoryDamagedException(
                    $"The content of {file} does not match its name: it was altered or cut short. Use another key, or a copy of the file.");
            }
        }

        return KeyFile.Decode(content, name);
    }

    private static BackupException Unopened(string location, int keyCount, List<RepositoryDamagedException> damages)
    {
        if (keyCount == 0)
        {
            return new RepositoryDamagedException(
                $"The repository {location} has no key files, so no password opens it. Bring back the folder «keys» from a copy.");
        }

        if (damages.Count > 0)
        {
            return new RepositoryDamagedException(
                $"The password opens none of the {keyCount - damages.Count} sound keys of the repository {location}. {damages[0].Message}",
                damages[0]);
        }

        string tried = keyCount > MaxTries
            ? string.Create(CultureInfo.InvariantCulture, $"none of the {MaxTries} keys that were tried; there are {keyCount}: remove some")
            : "no key; check the password and the repository's location";
        return new PasswordIncorrectException($"The password for the repository {location} is wrong: it opens {tried}.");
    }
}
