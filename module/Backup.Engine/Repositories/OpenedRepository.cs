using System.Collections.Concurrent;
using Backup.Engine.Buffers;
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
    private readonly BackendDecorator _backend;
    private readonly MasterKey _masterKey;
    private readonly ConcurrentBag<BlobDecoder> _decoders = [];
    private readonly SemaphoreSlim _indexLoading = new(1);
    private readonly TreeReadAhead? _readAhead;
    private readonly BlobLoader _blobs;
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
        Cache = backend.Find<CachingBackend>();
        if (Cache is not null)
        {
            Cache.HoldsTrees = pack => Index.TypeOf(new PackId(pack)) == BlobType.Tree;
        }

        _readAhead = backend.Find<TreeReadAhead>();
        if (_readAhead is not null)
        {
            _readAhead.EndOfTrees = pack => Index.TypeOf(new PackId(pack)) == BlobType.Tree
                && Index.TryFindPack(new PackId(pack), out IndexedPack? found)
                ? found.Blobs.Max(blob => (long)blob.Offset + blob.Length)
                : 0;
        }

        _blobs = new BlobLoader(this, _readAhead);
    }

    /// <summary>What keeps files of a distant repository on the local disk; null if nothing does.</summary>
    public CachingBackend? Cache { get; }

    /// <summary>How it was opened.</summary>
    public RepositoryOptions Options { get; }

    /// <summary>Where its files are.</summary>
    public IBackend Backend => _backend;

    /// <summary>Whether each call to the backend is a round trip over a network.</summary>
    public bool IsDistant => _readAhead is not null;

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
            if (await ConfigLoader.TryLoadStoredAsync(backend, cancellationToken).ConfigureAwait(false) is not null)
            {
                throw new RepositoryExistsException(
                    $"There is a repository at {backend.Location} already. It was left as it is.");
            }

            await backend.CreateAsync(cancellationToken).ConfigureAwait(false);
            if (await ConfigLoader.HasKeysAsync(backend, cancellationToken).ConfigureAwait(false))
            {
                throw new RepositoryExistsException(
                    $"{backend.Location} has keys but no config: it is a repository whose config was lost. Repair it with {Remedy.RepairConfig}, or choose another place.");
            }

            masterKey = original?.MasterKey.Clone() ?? MasterKey.Draw();
            cipher = new BlobCipher(masterKey);
            var files = new UnpackedFiles(backend, cipher);
            KeyOptions keyOptions = KeyOptions.Current(options.Time) with { Cost = options.KeyCost };
            Digest keyName = await RepositoryKeys.AddAsync(backend, masterKey, options.Password, keyOptions, cancellationToken)
                .ConfigureAwait(false);
            RepositoryConfig config = ConfigFile.Draw(options.Version, original?.Config.ChunkerPolynomial ?? options.ChunkerPolynomial);
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
            byte[] storedConfig = await ConfigLoader.TryLoadStoredAsync(backend, cancellationToken).ConfigureAwait(false)
                ?? throw await ConfigLoader.WithoutConfigAsync(backend, cancellationToken).ConfigureAwait(false);
            (masterKey, Digest keyName) = await RepositoryKeys.OpenAsync(backend, options.Password, cancellationToken)
                .ConfigureAwait(false);
            cipher = new BlobCipher(masterKey);
            RepositoryConfig config = ConfigLoader.Decode(new UnpackedFiles(backend, cipher), storedConfig, backend.Location);
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
                async (name, token) => Index.Load(await LoadIndexFileAsync(name, token).ConfigureAwait(false), name)).ConfigureAwait(false);
            loaded.UnionWith(present);
            _loadedIndexes = loaded;
            _readAhead?.Clear();
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
        _readAhead?.Clear();
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

    /// <summary>Loads what an index file says; errors name it.</summary>
    public async Task<IndexContents> LoadIndexFileAsync(Digest name, CancellationToken cancellationToken)
    {
        using PooledBuffer json = await Files.LoadAsync(FileKind.Index, name, cancellationToken).ConfigureAwait(false);
        try
        {
            return IndexDocument.Decode(json.Span);
        }
        catch (RepositoryDamagedException exception)
        {
            throw new RepositoryDamagedException($"The index {name} makes no sense. {exception.Message}", exception);
        }
    }

    /// <summary>Loads a blob; see <see cref="BlobLoader.LoadAsync"/>.</summary>
    public Task<PooledBuffer> LoadBlobAsync(BlobType type, BlobId id, CancellationToken cancellationToken) =>
        _blobs.LoadAsync(type, id, (pack, blob, sealedBytes) => Decode(pack, blob, sealedBytes.Span), cancellationToken);

    /// <summary>
    /// Loads a directory's nodes to be gone through once, in order: where the tree is long and came in pieces, without
    /// having it in memory as a whole.
    /// </summary>
    /// <exception cref="RepositoryDamagedException">It is unknown or damaged; or, while going through them, it makes no sense.</exception>
    public async Task<IEnumerable<Node>> LoadNodesAsync(BlobId id, CancellationToken cancellationToken) =>
        Index.TryFind(BlobType.Tree, id, out PackedBlobLocation location) && location.UncompressedLength > LongBlob.PieceLength
            ? await _blobs.LoadAsync(
                BlobType.Tree, id, (pack, blob, sealedBytes) => TreeNodes.Decode(this, pack, blob, sealedBytes.Span), cancellationToken).ConfigureAwait(false)
            : await LoadTreeAsync(id, cancellationToken).ConfigureAwait(false);

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
    public Task<RepositoryLock> LockAsync(LockKind kind, CancellationToken cancellationToken) =>
        RepositoryLock.AcquireAsync(this, LockIdentity.ForLocks(), kind, Options, cancellationToken);

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
}
