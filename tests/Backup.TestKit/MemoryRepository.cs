using Backup.Engine;
using Backup.Engine.Buffers;
using Backup.Engine.Packs;
using Backup.Engine.Repositories;
using Backup.Engine.Storage.Memory;

namespace Backup.TestKit;

/// <summary>A new repository in memory, for tests of whole operations.</summary>
public sealed class MemoryRepository : IAsyncDisposable
{
    private static readonly byte[] Password = "test"u8.ToArray();

    private readonly IBackend _backend;

    private MemoryRepository(IBackend backend, Repository repository)
    {
        _backend = backend;
        Repository = repository;
    }

    /// <summary>The repository, opened.</summary>
    public Repository Repository { get; }

    /// <summary>Creates one.</summary>
    public static async Task<MemoryRepository> CreateAsync(int version = 2)
    {
        var backend = new MemoryBackend();
        RepositoryOptions options = Options(backend) with { Version = version };
        return new MemoryRepository(backend, await Repository.CreateAsync(options, CancellationToken.None));
    }

    /// <summary>Backs up with default options, changed by <paramref name="change"/>.</summary>
    public Task<BackupSummary> BackupAsync(
        IBackupSource source, Func<BackupOptions, BackupOptions>? change = null, CancellationToken cancellationToken = default)
    {
        var options = new BackupOptions { Source = source, Hostname = "host" };
        return Repository.BackupAsync(change?.Invoke(options) ?? options, null, cancellationToken);
    }

    /// <summary>Reads a file of a snapshot, through the index as it is stored.</summary>
    public async Task<byte[]> ReadAsync(Snapshot snapshot, string path)
    {
        await using OpenedRepository opened = await OpenAnewAsync();
        await opened.LoadIndexAsync(CancellationToken.None);
        BlobId tree = snapshot.Tree;
        string[] parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        foreach (string part in parts[..^1])
        {
            tree = (await opened.LoadTreeAsync(tree, CancellationToken.None)).Single(node => node.Name == part).Subtree!.Value;
        }

        Node file = (await opened.LoadTreeAsync(tree, CancellationToken.None)).Single(node => node.Name == parts[^1]);
        var content = new List<byte>();
        foreach (BlobId id in file.Content!)
        {
            using PooledBuffer blob = await opened.LoadBlobAsync(BlobType.Data, id, CancellationToken.None);
            content.AddRange(blob.Span);
        }

        return [.. content];
    }

    /// <summary>All files of a kind.</summary>
    public async Task<IReadOnlyList<BackendFile>> ListAsync(FileKind kind)
    {
        var files = new List<BackendFile>();
        await foreach (BackendFile file in _backend.ListAsync(kind, CancellationToken.None))
        {
            files.Add(file);
        }

        return files;
    }

    /// <summary>All snapshots.</summary>
    public async Task<IReadOnlyList<Snapshot>> SnapshotsAsync()
    {
        await using OpenedRepository opened = await OpenAnewAsync();
        SnapshotSelection all = await new SnapshotSelector(opened).SelectAsync([], new SnapshotFilter(), CancellationToken.None);
        return all.RequireAll();
    }

    /// <summary>The headers of all packs.</summary>
    internal async Task<IReadOnlyList<IReadOnlyList<PackedBlob>>> PackHeadersAsync()
    {
        await using OpenedRepository opened = await OpenAnewAsync();
        var reader = new PackReader(opened);
        var headers = new List<IReadOnlyList<PackedBlob>>();
        foreach (BackendFile pack in await ListAsync(FileKind.Pack))
        {
            headers.Add(await reader.ReadHeaderAsync(new PackId(pack.Handle.Name), pack.Size, CancellationToken.None));
        }

        return headers;
    }

    /// <summary>Flips a bit in the middle of a file.</summary>
    public async Task DamageAsync(FileHandle file)
    {
        byte[] content = await _backend.LoadAsync(file, int.MaxValue, CancellationToken.None);
        content[content.Length / 2] ^= 1;
        await _backend.DeleteAsync(file, CancellationToken.None);
        await _backend.SaveAsync(file, content, CancellationToken.None);
    }

    public ValueTask DisposeAsync() => Repository.DisposeAsync();

    private static RepositoryOptions Options(IBackend backend) =>
        new() { Location = "memory", Backend = backend, Password = Password, KeyCost = new ScryptCost(16, 1, 1) };

    /// <summary>The same repository, opened once more.</summary>
    internal Task<OpenedRepository> OpenAnewAsync() =>
        OpenedRepository.OpenAsync(Options(new UndisposedBackend(_backend)), CancellationToken.None);
}
