using System.Collections.Concurrent;
using Backup.Engine.Buffers;
using Backup.Engine.Chunking;
using Backup.Engine.Crypto;
using Backup.Engine.Indexing;
using Backup.Engine.Packs;
using Backup.Engine.Snapshots;
using Backup.Engine.Storage;
using Backup.Engine.Storage.Caching;
using Backup.Engine.Trees;

namespace Backup.Engine.Repositories;

/// <summary>A repository whose master key is known: documents and blobs in and out.</summary>
internal sealed class OpenedRepository : IUnpackedFiles, IAsyncDisposable
{
    /// <summary>Larger ones are rare: what an index claims of them is compared with the file before it is believed.</summary>
    private const uint LargeBlob = 32 * 1024 * 1024;

    private readonly BackendDecorator _backend;
    private readonly MasterKey _masterKey;
    private readonly ConcurrentBag<BlobDecoder> _decoders = [];
    private readonly SemaphoreSlim _indexLoading = new(1);
    private HashSet<Digest>? _loadedIndexes;

    private OpenedRepository(
        RepositoryOptions options, BackendDecorator backend, MasterKey masterKey, BlobCipher cipher, UnpackedFiles files, RepositoryConfig config, Digest keyName)
    {
        Options = options;
        _backend = backend;
        _masterKey = masterKey;
        Cipher = cipher;
        Files = files;
        Config = config;
        KeyName = keyName;
        Files.Compresses = config.Version >= 2;
        Cache = backend as CachingBackend;
        if (Cache is not null)
        {
            Cache.HoldsTrees = pack => Index.TypeOf(new PackId(pack)) == BlobType.Tree;
        }
    }

    /// <summary>What keeps files of a distant repository on the local disk; null if nothing does.</summary>
    public CachingBackend? Cache { get; }

    /// <summary>How it was opened.</summary>
    public RepositoryOptions Options { get; }

    /// <summary>Where its files are.</summary>
    public IBackend Backend => _backend;

    /// <summary>What went to and came from there.</summary>
    public BackendTraffic Traffic => _backend.Traffic;

    /// <summary>Seals and opens with the master key.</summary>
    public BlobCipher Cipher { get; }

    /// <summary>The master key, for wrapping it with another password.</summary>
    public MasterKey MasterKey => _masterKey;

    /// <summary>The key file whose password opened it.</summary>
    public Digest KeyName { get; set; }

    /// <summary>Documents in and out.</summary>
    public UnpackedFiles Files { get; }

    /// <summary>Its config document.</summary>
    public RepositoryConfig Config { get; private set; }

    /// <summary>The clock.</summary>
    public TimeProvider Time => Options.Time;

    /// <summary>How many threads, or calls, make sense at the same time.</summary>
    public int Parallelism => Math.Max(Environment.ProcessorCount, Backend.Connections);

    /// <summary>Which pack holds which blob, after <see cref="LoadIndexAsync"/>.</summary>
    public BlobIndex Index { get; private set; } = new();

    /// <summary>Creates a repository: key first, config last, so that a half-made one is not taken for one.</summary>
    /// <param name="options">Where and how.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="original">A repository whose master key and chunker parameters the new one gets; null: new ones are drawn.</param>
    public static async Task<OpenedRepository> CreateAsync(
        RepositoryOptions options, CancellationToken cancellationToken, OpenedRepository? original = null)
    {
        options.Validate();
        BackendDecorator backend = BackendFactory.Open(options);
        MasterKey? masterKey = null;
        BlobCipher? cipher = null;
        try
        {
            if (await TryLoadConfigAsync(backend, cancellationToken).ConfigureAwait(false) is not null)
            {
                throw new RepositoryExistsException(
                    $"There is a repository at {backend.Location} already. It was left as it is.");
            }

            await backend.CreateAsync(cancellationToken).ConfigureAwait(false);
            await foreach (BackendFile key in backend.ListAsync(FileKind.Key, cancellationToken).ConfigureAwait(false))
            {
                throw new RepositoryExistsException(
                    $"{backend.Location} has no config but a {key.Handle}: parts of a repository are there already. Remove them, or choose another place.");
            }

            masterKey = original?.MasterKey.Clone() ?? MasterKey.Draw();
            cipher = new BlobCipher(masterKey);
            var files = new UnpackedFiles(backend, cipher);
            KeyOptions keyOptions = KeyOptions.Current(options.Time) with { Cost = options.KeyCost };
            Digest keyName = await RepositoryKeys.AddAsync(backend, masterKey, options.Password, keyOptions, cancellationToken)
                .ConfigureAwait(false);
            var config = new RepositoryConfig(
                options.Version,
                Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(Digest.Length)),
                original?.Config.ChunkerPolynomial ?? options.ChunkerPolynomial ?? ChunkerPolynomial.Draw().Value);
            await files.SaveUnpackedAsync(FileKind.Config, ConfigFile.Encode(config), cancellationToken)
                .ConfigureAwait(false);
            return new OpenedRepository(options, backend, masterKey, cipher, files, config, keyName);
        }
        catch
        {
            cipher?.Dispose();
            masterKey?.Dispose();
            await backend.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Opens a repository with the first key that the password fits.</summary>
    public static async Task<OpenedRepository> OpenAsync(RepositoryOptions options, CancellationToken cancellationToken)
    {
        options.Validate();
        BackendDecorator backend = BackendFactory.Open(options);
        MasterKey? masterKey = null;
        BlobCipher? cipher = null;
        try
        {
            if (await TryLoadConfigAsync(backend, cancellationToken).ConfigureAwait(false) is null)
            {
                throw new RepositoryNotFoundException(
                    $"There is no repository at {backend.Location}. Check the location, or create a repository there with «init».");
            }

            (masterKey, Digest keyName) = await RepositoryKeys.OpenAsync(backend, options.Password, cancellationToken)
                .ConfigureAwait(false);
            cipher = new BlobCipher(masterKey);
            RepositoryConfig config = ConfigFile.Decode(await new UnpackedFiles(backend, cipher)
                .LoadUnpackedAsync(FileKind.Config, default, cancellationToken).ConfigureAwait(false));
            backend = BackendFactory.WithCache(backend, options, config.Id);
            return new OpenedRepository(options, backend, masterKey, cipher, new UnpackedFiles(backend, cipher), config, keyName);
        }
        catch
        {
            cipher?.Dispose();
            masterKey?.Dispose();
            await backend.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public Task<byte[]> LoadUnpackedAsync(FileKind kind, Digest name, CancellationToken cancellationToken) =>
        Files.LoadUnpackedAsync(kind, name, cancellationToken);

    /// <inheritdoc/>
    public Task<Digest> SaveUnpackedAsync(FileKind kind, ReadOnlyMemory<byte> json, CancellationToken cancellationToken) =>
        Files.SaveUnpackedAsync(kind, json, cancellationToken);

    /// <summary>
    /// Brings the index up to date with the repository: reads index files that are new, and all of them if one that
    /// was read is gone.
    /// </summary>
    public async Task LoadIndexAsync(CancellationToken cancellationToken)
    {
        await _indexLoading.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var present = new HashSet<Digest>();
            await foreach (BackendFile file in Backend.ListAsync(FileKind.Index, cancellationToken).ConfigureAwait(false))
            {
                present.Add(file.Handle.Name);
            }

            if (_loadedIndexes is null || !_loadedIndexes.IsSubsetOf(present))
            {
                Index = new BlobIndex();
                _loadedIndexes = [];
            }

            HashSet<Digest> loaded = _loadedIndexes;
            _loadedIndexes = null; // until it has succeeded
            present.ExceptWith(loaded);
            await Parallel.ForEachAsync(
                present,
                new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken },
                async (name, token) =>
                {
                    byte[] json = await LoadUnpackedAsync(FileKind.Index, name, token).ConfigureAwait(false);
                    Index.Load(DecodeIndex(name, json), name);
                }).ConfigureAwait(false);
            loaded.UnionWith(present);
            _loadedIndexes = loaded;
            Cache?.RetainPacks(pack => Index.ContainsPack(new PackId(pack)));
        }
        finally
        {
            _indexLoading.Release();
        }
    }

    /// <summary>Drops the index because it knows what the repository does not: the next operation loads it anew.</summary>
    public void ForgetIndex()
    {
        Index = new BlobIndex();
        _loadedIndexes = null;
    }

    /// <summary>Takes an index that was read elsewhere instead of loading it.</summary>
    public void UseIndex(BlobIndex index)
    {
        Index = index;
        _loadedIndexes = [.. index.IndexFiles];
    }

    /// <summary>Replaces the config document. Only under an exclusive lock.</summary>
    public async Task ReplaceConfigAsync(RepositoryConfig config, CancellationToken cancellationToken)
    {
        await Files.ReplaceConfigAsync(ConfigFile.Encode(config), cancellationToken).ConfigureAwait(false);
        Config = config;
        Files.Compresses = config.Version >= 2;
    }

    /// <summary>Reads past the cache until it is disposed: for who wants to know how the repository itself is.</summary>
    public IDisposable? BypassCache() => Cache?.Bypass();

    /// <summary>Decodes an index file; errors name it.</summary>
    public static IndexContents DecodeIndex(Digest name, byte[] json)
    {
        try
        {
            return IndexDocument.Decode(json);
        }
        catch (RepositoryDamagedException exception)
        {
            throw new RepositoryDamagedException($"The index {name} makes no sense. {exception.Message}", exception);
        }
    }

    /// <summary>Loads a blob from the first of its places where it is sound.</summary>
    /// <returns>Its content, verified; the caller disposes it.</returns>
    /// <exception cref="RepositoryDamagedException">It is unknown, or damaged everywhere.</exception>
    public async Task<PooledBuffer> LoadBlobAsync(BlobType type, BlobId id, CancellationToken cancellationToken)
    {
        if (!Index.TryFind(type, id, out PackedBlobLocation location))
        {
            throw new RepositoryDamagedException(
                $"The {(type == BlobType.Tree ? "tree" : "data")} blob {id} is in no index. Run a check, then rebuild the index.");
        }

        try
        {
            return await LoadFromAsync(location.Pack, location.ToPackedBlob(type, id), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is RepositoryDamagedException or BackendFileNotFoundException)
        {
            foreach (PackedBlobLocation other in Index.FindAll(type, id))
            {
                if (other.Pack == location.Pack && other.Offset == location.Offset)
                {
                    continue;
                }

                try
                {
                    return await LoadFromAsync(other.Pack, other.ToPackedBlob(type, id), cancellationToken).ConfigureAwait(false);
                }
                catch (Exception again) when (again is RepositoryDamagedException or BackendFileNotFoundException)
                {
                    // Not lost: if no other copy is sound, the first failure is thrown below.
                }
            }

            throw exception as RepositoryDamagedException ?? new RepositoryDamagedException(
                $"Pack {location.Pack}, which holds the blob {id}, is missing. Run a check, then rebuild the index.", exception);
        }
    }

    /// <summary>Loads a directory's nodes.</summary>
    public async Task<List<Node>> LoadTreeAsync(BlobId id, CancellationToken cancellationToken)
    {
        using PooledBuffer json = await LoadBlobAsync(BlobType.Tree, id, cancellationToken).ConfigureAwait(false);
        try
        {
            return TreeDecoder.Decode(json.Span);
        }
        catch (RepositoryDamagedException exception)
        {
            throw new RepositoryDamagedException($"The tree {id} makes no sense. {exception.Message}", exception);
        }
    }

    /// <summary>Loads one snapshot.</summary>
    public async Task<Snapshot> LoadSnapshotAsync(SnapshotId id, CancellationToken cancellationToken)
    {
        byte[] json = await LoadUnpackedAsync(FileKind.Snapshot, id.Hash, cancellationToken).ConfigureAwait(false);
        try
        {
            return SnapshotDocument.Decode(id, json);
        }
        catch (RepositoryDamagedException exception)
        {
            throw new RepositoryDamagedException($"The snapshot {id} makes no sense. {exception.Message}", exception);
        }
    }

    /// <summary>Finds a snapshot by what people write: see <see cref="SnapshotFinder"/>.</summary>
    public Task<Snapshot> FindSnapshotAsync(string text, SnapshotFilter filter, CancellationToken cancellationToken) =>
        new SnapshotFinder(this).FindAsync(text, filter, cancellationToken);

    /// <summary>Locks the repository as restic does; without a lock where the options say so.</summary>
    public Task<RepositoryLock> LockAsync(bool exclusive, CancellationToken cancellationToken) =>
        RepositoryLock.AcquireAsync(this, LockIdentity.ForLocks(), exclusive, Options, cancellationToken);

    /// <summary>A decoder for the calling thread; give it back by <see cref="Return"/>.</summary>
    public BlobDecoder RentDecoder() => _decoders.TryTake(out BlobDecoder? decoder) ? decoder : new BlobDecoder(Cipher);

    /// <summary>Takes a rented decoder back.</summary>
    public void Return(BlobDecoder decoder) => _decoders.Add(decoder);

    /// <summary>Turns a sealed blob into its plaintext and proves it; see <see cref="BlobDecoder.Decode"/>.</summary>
    public PooledBuffer Decode(PackId pack, in PackedBlob blob, ReadOnlySpan<byte> sealedBytes)
    {
        BlobDecoder decoder = RentDecoder();
        try
        {
            return decoder.Decode(pack, blob, sealedBytes);
        }
        finally
        {
            Return(decoder);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (BlobDecoder decoder in _decoders)
        {
            decoder.Dispose();
        }

        LargeArrays.Trim();
        _indexLoading.Dispose();
        Cipher.Dispose();
        _masterKey.Dispose();
        await _backend.DisposeAsync().ConfigureAwait(false);
    }

    private static async Task<byte[]?> TryLoadConfigAsync(BackendDecorator backend, CancellationToken cancellationToken)
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

    private async Task<PooledBuffer> LoadFromAsync(PackId pack, PackedBlob blob, CancellationToken cancellationToken)
    {
        var file = new FileHandle(FileKind.Pack, pack.Hash);
        if (blob.Length > LargeBlob
            && blob.Offset + (long)blob.Length > await Backend.GetSizeAsync(file, cancellationToken).ConfigureAwait(false))
        {
            throw new RepositoryDamagedException(
                $"The index claims {blob.Length:N0} bytes for blob {blob.Id} in pack {pack}. Run a check, then rebuild the index.");
        }

        using PooledBuffer sealedBytes = PooledBuffer.Rent(checked((int)blob.Length));
        await Backend.LoadRangeAsync(file, blob.Offset, sealedBytes.Memory, cancellationToken).ConfigureAwait(false);
        return Decode(pack, blob, sealedBytes.Span);
    }
}
