using Backup.Engine.Storage.Caching;
using Backup.Engine.Storage.Memory;
using Backup.Engine.Tests.Hostile;

namespace Backup.Engine.Tests.Storage.Caching;

/// <summary>A repository behind a cache: asked for each file once, and never told apart from one without.</summary>
public sealed class CachingBackendTests : IAsyncLifetime, IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly TempFolder _folder = new();
    private readonly MemorySource _files = new();
    private readonly MemoryBackend _backend = NewBackend();

    private string CacheRoot => _folder.Combine("cache");

    public async Task InitializeAsync()
    {
        _files.Add("/a/file", "text"u8.ToArray());
        _files.Add("/b/other", "more text"u8.ToArray());
        await (await Repository.CreateAsync(Options(_backend), None)).DisposeAsync();
        await BackupAsync();
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_second_time_index_snapshots_and_trees_come_from_the_cache()
    {
        FaultyBackend first = await ListAsync();
        FaultyBackend second = await ListAsync();

        Assert.Contains(first.Calls, call => call.File.Kind == FileKind.Index && call.Operation == BackendOperation.Load);
        Assert.Contains(first.Calls, call => call.File.Kind == FileKind.Pack);
        Assert.DoesNotContain(second.Calls, IsReading);
    }

    [Fact]
    public async Task What_a_backup_saves_need_not_be_loaded_afterwards()
    {
        await ListAsync();
        _files.Add("/a/new", "new"u8.ToArray());
        await BackupAsync(cached: true);

        FaultyBackend after = await ListAsync();

        Assert.DoesNotContain(after.Calls, IsReading);
    }

    [Theory]
    [InlineData("index")]
    [InlineData("snapshots")]
    [InlineData("data")]
    public async Task A_damaged_file_in_the_cache_is_loaded_again(string kind)
    {
        await ListAsync();
        foreach (string path in CachedFiles(kind))
        {
            byte[] content = await File.ReadAllBytesAsync(path);
            content[content.Length / 2] ^= 1;
            await File.WriteAllBytesAsync(path, content);
        }

        FaultyBackend again = await ListAsync();
        FaultyBackend afterwards = await ListAsync();

        Assert.Contains(again.Calls, IsReading);
        Assert.DoesNotContain(afterwards.Calls, IsReading);
    }

    [Fact]
    public async Task What_the_repository_no_longer_has_leaves_the_cache()
    {
        await ListAsync();
        string id = RepositoryFolder;
        RepositoryImage image = await RepositoryImage.OfAsync(_backend);
        FileHandle snapshot = image.Handles.First(file => file.Kind == FileKind.Snapshot);
        FileHandle index = image.Handles.First(file => file.Kind == FileKind.Index);
        await _backend.DeleteAsync(snapshot, None);
        await _backend.DeleteAsync(index, None);
        await BackupAsync();

        await ListAsync();

        Assert.False(File.Exists(Path.Combine(id, "snapshots", snapshot.Name.ToString()[..2], snapshot.Name.ToString())));
        Assert.False(File.Exists(Path.Combine(id, "index", index.Name.ToString()[..2], index.Name.ToString())));
        HashSet<string> packs = [.. (await RepositoryImage.OfAsync(_backend)).Handles.Where(file => file.Kind == FileKind.Pack).Select(file => file.Name.ToString())];
        Assert.All(CachedFiles("data"), path => Assert.Contains(Path.GetFileName(path), packs));
    }

    [Fact]
    public async Task A_check_reads_past_the_cache()
    {
        await ListAsync();
        RepositoryImage image = await RepositoryImage.OfAsync(_backend);
        FileHandle index = image.Handles.First(file => file.Kind == FileKind.Index);
        MemoryBackend damaged = await image.With(index, [1, 2, 3]).ToBackendAsync();

        await using Repository repository = await Repository.OpenAsync(Options(damaged) with { CacheFolder = CacheRoot }, None);
        CheckReport report = await repository.CheckAsync(new CheckOptions(), null, None);

        Assert.Contains(report.Problems, problem => problem.File == index);
    }

    [Fact]
    public async Task Nothing_in_the_cache_is_readable_without_the_password()
    {
        await ListAsync();
        RepositoryImage image = await RepositoryImage.OfAsync(_backend);
        HashSet<string> inRepository = [.. image.Handles.Select(file => Convert.ToHexString(image[file]))];

        string[] files = [.. CachedFiles("index"), .. CachedFiles("snapshots"), .. CachedFiles("data")];

        Assert.NotEmpty(files);
        Assert.All(files, path => Assert.Contains(Convert.ToHexString(File.ReadAllBytes(path)), inRepository));
        Assert.DoesNotContain(Directory.GetDirectories(RepositoryFolder), path => Path.GetFileName(path) is "keys" or "config" or "locks");
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(RepositoryFolder));
            Assert.All(files, path => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path)));
        }
    }

    [Fact]
    public async Task The_cache_is_marked_as_one_and_restic_s_layout_is_kept()
    {
        await ListAsync();

        Assert.StartsWith("Signature: 8a477f597d28d172789f06886806bc55", await File.ReadAllTextAsync(Path.Combine(CacheRoot, "CACHEDIR.TAG")), StringComparison.Ordinal);
        Assert.Equal("1", await File.ReadAllTextAsync(Path.Combine(RepositoryFolder, "version")));
        Assert.All(CachedFiles("data"), path => Assert.Equal(Path.GetFileName(path)[..2], Path.GetFileName(Path.GetDirectoryName(path))));
    }

    [Fact]
    public async Task A_cache_that_can_t_be_written_is_done_without()
    {
        string file = _folder.WriteFile("file", "no folder");
        var warnings = new List<string>();

        await using Repository repository = await Repository.OpenAsync(
            Options(_backend) with { CacheFolder = Path.Combine(file, "cache"), Warn = warnings.Add }, None);
        List<SnapshotItem> items = await repository.ListAsync(new ListOptions { Snapshot = "latest", Recursive = true }, None).ToListAsync();

        Assert.Equal(4, items.Count);
        Assert.Contains("is not used", Assert.Single(warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_at_once_use_one_cache()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(ListAsync)));

        FaultyBackend after = await ListAsync();
        Assert.DoesNotContain(after.Calls, IsReading);
        Assert.Empty(Directory.GetFiles(CacheRoot, "*-tmp-*", SearchOption.AllDirectories));
    }

    [Fact]
    public void A_cache_does_not_grow_beyond_its_limit()
    {
        CacheFolder cache = CacheFolder.Open(CacheRoot, new string('0', 64), TimeProvider.System, maxBytes: 2_500, warn: null);
        byte[][] contents = [.. Enumerable.Range(0, 5).Select(i => Enumerable.Repeat((byte)i, 1_000).ToArray())];

        foreach (byte[] content in contents)
        {
            cache.Save(new FileHandle(FileKind.Pack, Digest.Of(content)), content);
        }

        byte[] large = new byte[3_000];
        cache.Save(new FileHandle(FileKind.Pack, Digest.Of(large)), large);

        Assert.InRange(Directory.GetFiles(Path.Combine(CacheRoot, new string('0', 64), "data"), "*", SearchOption.AllDirectories).Sum(path => new FileInfo(path).Length), 0, 2_500);
        Assert.False(cache.Contains(new FileHandle(FileKind.Pack, Digest.Of(large))));
    }

    [Fact]
    public async Task Caches_are_listed_and_the_unused_ones_removed()
    {
        await ListAsync();
        string old = Directory.CreateDirectory(Path.Combine(CacheRoot, new string('a', 64), "data")).Parent!.FullName;
        Directory.CreateDirectory(Path.Combine(CacheRoot, "something else"));
        DateTimeOffset now = DateTimeOffset.UnixEpoch.AddYears(60);
        Directory.SetLastWriteTimeUtc(old, DateTimeOffset.UnixEpoch.AddYears(40).UtcDateTime);

        IReadOnlyList<CacheInfo> all = Repository.ListCaches(CacheRoot, withSizes: true);
        IReadOnlyList<CacheInfo> removed = Repository.RemoveUnusedCaches(CacheRoot, DateTimeOffset.UnixEpoch.AddYears(41));

        Assert.Equal(2, all.Count);
        Assert.True(all[0].SizeInBytes > 0);
        Assert.Equal(new string('a', 64), Assert.Single(removed).RepositoryId);
        Assert.False(Directory.Exists(old));
        Assert.True(Directory.Exists(Path.Combine(CacheRoot, "something else")));
        Assert.Single(Repository.ListCaches(CacheRoot, withSizes: false));
        Assert.Empty(Repository.ListCaches(_folder.Combine("nothing"), withSizes: true));
        Assert.True(now > all[0].LastUsed);
    }

    [Theory]
    [InlineData("/own", "BACKUP_CACHE_DIR=/own", "RESTIC_CACHE_DIR=/theirs", "HOME=/home/anna")]
    [InlineData("/theirs", "RESTIC_CACHE_DIR=/theirs", "XDG_CACHE_HOME=/xdg")]
    [InlineData("/xdg/backup", "XDG_CACHE_HOME=/xdg", "HOME=/home/anna")]
    [InlineData("/home/anna/.cache/backup", "HOME=/home/anna", "XDG_CACHE_HOME=relative")]
    [InlineData(null)]
    public void The_folder_follows_the_environment(string? expected, params string[] environment)
    {
        Dictionary<string, string> variables = environment.ToDictionary(pair => pair.Split('=')[0], pair => pair.Split('=')[1]);

        string? folder = Repository.DefaultCacheFolder(new EnvironmentSettings(variables.GetValueOrDefault));

        if (OperatingSystem.IsLinux())
        {
            Assert.Equal(expected, folder);
        }
    }

    private string RepositoryFolder => Directory.GetDirectories(CacheRoot).Single();

    private string[] CachedFiles(string kind) =>
        Directory.GetFiles(Path.Combine(RepositoryFolder, kind), "*", SearchOption.AllDirectories);

    private static MemoryBackend NewBackend() => new MemoryBackend(); // which has nothing to be disposed

    private static bool IsReading(BackendCall call) =>
        call.Operation is BackendOperation.Load or BackendOperation.LoadRange
        && call.File.Kind is FileKind.Index or FileKind.Snapshot or FileKind.Pack;

    private static RepositoryOptions Options(IBackend backend) => RepositoryImage.OptionsFor(new UndisposedBackend(backend));

    /// <summary>Lists a snapshot through the cache, as a new process would, and gives what that asked the repository for.</summary>
    private async Task<FaultyBackend> ListAsync()
    {
        FaultyBackend recording = FaultyBackend.Recording(new UndisposedBackend(_backend));
        await using Repository repository = await Repository.OpenAsync(
            RepositoryImage.OptionsFor(recording) with { CacheFolder = CacheRoot }, None);
        List<SnapshotItem> items = await repository.ListAsync(new ListOptions { Snapshot = "latest", Recursive = true }, None).ToListAsync();
        Assert.Contains(items, item => item.Path == "/a/file");
        return recording;
    }

    private async Task BackupAsync(bool cached = false)
    {
        await using Repository repository = await Repository.OpenAsync(
            Options(_backend) with { CacheFolder = cached ? CacheRoot : null }, None);
        await repository.BackupAsync(new BackupOptions { Source = _files, Hostname = "host" }, null, None);
    }
}
