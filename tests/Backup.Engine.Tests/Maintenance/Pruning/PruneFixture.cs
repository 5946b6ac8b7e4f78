using Backup.Engine.Indexing;
using Backup.Engine.Repositories;
using Backup.Engine.Storage.Memory;
using Backup.Engine.Tests.Hostile;

namespace Backup.Engine.Tests.Maintenance.Pruning;

/// <summary>A repository in memory with snapshots of different contents, and what is done with it.</summary>
internal sealed class PruneFixture
{
    private PruneFixture(MemoryBackend backend) => Backend = backend;

    public MemoryBackend Backend { get; private set; }

    /// <summary>The snapshots that were made, oldest first.</summary>
    public List<SnapshotId> Snapshots { get; } = [];

    public static async Task<PruneFixture> CreateAsync(int version = 2)
    {
        var fixture = new PruneFixture(new MemoryBackend());
        await (await Repository.CreateAsync(fixture.Options with { Version = version }, CancellationToken.None)).DisposeAsync();
        return fixture;
    }

    /// <summary>Backs up files that are new or changed each time, and some that stay.</summary>
    public static async Task<PruneFixture> WithSnapshotsAsync(int snapshots, int seed = 1)
    {
        PruneFixture fixture = await CreateAsync();
        var random = new Random(seed);
        var files = new Dictionary<string, byte[]>();
        for (int i = 0; i < snapshots; i++)
        {
            for (int j = 0; j < 8; j++)
            {
                files[$"/{j % 4}/{random.Next(20)}"] = Content(random, random.Next(4) == 0 ? 400_000 : 3_000);
            }

            await fixture.BackupAsync(files);
        }

        return fixture;
    }

    public static byte[] Content(Random random, int length)
    {
        byte[] content = new byte[length];
        random.NextBytes(content.AsSpan(length / 4)); // a quarter can be compressed
        return content;
    }

    /// <summary>The options of a prune in two phases that waits for nothing.</summary>
    public static PruneOptions InTwoPhases(PruneOptions options) => options with { TwoPhase = true, Grace = TimeSpan.Zero, RepackSmallerThan = 1 };

    public RepositoryOptions Options => RepositoryImage.OptionsFor(Backend);

    /// <summary>One run of a prune in two phases.</summary>
    public Task<PruneResult> MarkAsync() => PruneAsync(InTwoPhases);

    /// <summary>What the index files say.</summary>
    public async Task<List<IndexContents>> IndexesAsync()
    {
        await using OpenedRepository opened = await OpenedRepository.OpenAsync(Options, CancellationToken.None);
        var contents = new List<IndexContents>();
        foreach (BackendFile file in await ListAsync(FileKind.Index))
        {
            contents.Add(IndexDocument.Decode(await opened.LoadUnpackedAsync(FileKind.Index, file.Handle.Name, CancellationToken.None)));
        }

        return contents;
    }

    public Task<Repository> OpenAsync() => Repository.OpenAsync(Options, CancellationToken.None);

    public async Task<SnapshotId> BackupAsync(
        Dictionary<string, byte[]> files, IBackend? backend = null, string hostname = "host", string[]? tags = null)
    {
        var source = new MemorySource();
        foreach ((string path, byte[] content) in files)
        {
            source.Add(path, content, seconds: (long)(Digest.Of(content).Prefix % 1_000_000_000));
        }

        await using Repository repository = await Repository.OpenAsync(
            backend is null ? Options : Options with { Backend = backend }, CancellationToken.None);
        BackupSummary summary = await repository.BackupAsync(
            new BackupOptions { Source = source, Hostname = hostname, Tags = tags ?? [] }, null, CancellationToken.None);
        SnapshotId id = summary.Snapshot!.Id; // it is no dry run
        Snapshots.Add(id);
        return id;
    }

    public Task ForgetAsync(SnapshotId snapshot)
    {
        Snapshots.Remove(snapshot);
        return Backend.DeleteAsync(new FileHandle(FileKind.Snapshot, snapshot.Hash), CancellationToken.None);
    }

    /// <summary>Forgets all but the last ones.</summary>
    public async Task KeepLastAsync(int count)
    {
        foreach (SnapshotId snapshot in Snapshots.SkipLast(count).ToArray())
        {
            await ForgetAsync(snapshot);
        }
    }

    public Task<PruneResult> PruneAsync(Func<PruneOptions, PruneOptions>? change = null) => PruneAsync(Backend, change);

    public async Task<PruneResult> PruneAsync(IBackend backend, Func<PruneOptions, PruneOptions>? change = null)
    {
        await using Repository repository = await Repository.OpenAsync(
            Options with { Backend = backend }, CancellationToken.None);
        var options = new PruneOptions { MaxUnused = UnusedLimit.OfSize(0) };
        return await repository.PruneAsync(change?.Invoke(options) ?? options, null, CancellationToken.None);
    }

    /// <summary>Goes on with a copy of all files as they are, so that this one can be tried on again.</summary>
    public async Task<PruneFixture> CopyAsync()
    {
        var copy = new PruneFixture(await (await RepositoryImage.OfAsync(Backend)).ToBackendAsync());
        copy.Snapshots.AddRange(Snapshots);
        return copy;
    }

    public async Task<List<BackendFile>> ListAsync(FileKind kind)
    {
        var files = new List<BackendFile>();
        await foreach (BackendFile file in Backend.ListAsync(kind, CancellationToken.None))
        {
            files.Add(file);
        }

        return files;
    }

    /// <summary>The names of all files but locks: what must not change where nothing may change.</summary>
    public async Task<HashSet<FileHandle>> FilesAsync() =>
        [.. (await RepositoryImage.OfAsync(Backend)).Handles.Where(file => file.Kind != FileKind.Lock)];

    /// <summary>
    /// Demands that the snapshots are there with all that they need: each blob was read and is what its id says, and so
    /// each snapshot has the content that its id stands for.
    /// </summary>
    public async Task<CheckReport> IsSoundAsync(string when = "")
    {
        await using Repository repository = await Repository.OpenAsync(Options with { NoLock = true }, CancellationToken.None);
        CheckReport report = await repository.CheckAsync(new CheckOptions { ReadData = PackSelection.All }, null, CancellationToken.None);
        Assert.True(report.IsHealthy, $"{when}: {string.Join('\n', report.Problems.Select(problem => problem.Message))}");
        HashSet<SnapshotId> present = [.. (await ListAsync(FileKind.Snapshot)).Select(file => new SnapshotId(file.Handle.Name))];
        Assert.True(present.SetEquals(Snapshots), $"{when}: other snapshots than before");
        return report;
    }
}
