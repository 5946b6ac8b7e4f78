using Backup.Engine.Crypto;
using Backup.Engine.Repositories;
using Backup.Engine.Storage;

namespace Backup.Engine.Maintenance;

/// <summary>
/// Writes a new config where it was lost or damaged. All that it had beside the version was drawn by chance: an id that only
/// caches are named by, and the polynomial that decides where files are cut. With another one nothing is lost, but what is backed
/// up again is stored again.
/// </summary>
internal sealed class ConfigRepairer(RepositoryOptions options)
{
    /// <summary>Writes it.</summary>
    /// <returns>False if there is a sound one.</returns>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        options.Validate();
        BackendDecorator backend = BackendFactory.Open(options);
        await using (backend.ConfigureAwait(false))
        {
            // The proof that it is a repository, and ours: without its config nothing else is.
            (MasterKey masterKey, _) = await RepositoryKeys.OpenAsync(backend, options.Password, cancellationToken).ConfigureAwait(false);
            using (masterKey)
            using (var cipher = new BlobCipher(masterKey))
            {
                return await RunAsync(new UnpackedFiles(backend, cipher), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task<bool> RunAsync(UnpackedFiles files, CancellationToken cancellationToken)
    {
        bool isThere = true;
        try
        {
            ConfigFile.Decode(await files.LoadUnpackedAsync(FileKind.Config, default, cancellationToken).ConfigureAwait(false));
            return false;
        }
        catch (BackendFileNotFoundException)
        {
            isThere = false;
        }
        catch (RepositoryDamagedException)
        {
            // It is replaced: what can't be decrypted is of no use to anybody.
        }

        await RefuseIfInUseAsync(files, cancellationToken).ConfigureAwait(false);
        byte[] json = ConfigFile.Encode(ConfigFile.Draw(options.Version, options.ChunkerPolynomial));
        if (isThere)
        {
            await files.ReplaceConfigAsync(json, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await files.SaveUnpackedAsync(FileKind.Config, json, cancellationToken).ConfigureAwait(false);
        }

        return true;
    }

    /// <summary>Whoever works on the repository knows another config. Left over locks don't count: without a config nobody can remove them.</summary>
    private async Task RefuseIfInUseAsync(UnpackedFiles files, CancellationToken cancellationToken)
    {
        LockIdentity us = LockIdentity.ForLocks();
        DateTimeOffset now = options.Time.GetUtcNow();
        var own = new HashSet<Digest>();
        IReadOnlyList<LockFile> locks = await new LockFolder(files, us, options.Time).ListOthersAsync(() => own, cancellationToken)
            .ConfigureAwait(false);
        if (locks.FirstOrDefault(file => !file.IsStale(us, now)) is { } other)
        {
            throw other.Conflict(files.Backend.Location, us, now);
        }
    }
}
