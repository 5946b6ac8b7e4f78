using Backup.Engine.Indexing;
using Backup.Engine.Maintenance.Pruning;
using Backup.Engine.Repositories;
using Backup.Engine.Tests.Crash;
using Backup.TestKit.Files;

namespace Backup.Engine.Tests.Interop;

/// <summary>Several processes at work in one repository at the same time: nothing is lost, and who must wait is told so.</summary>
public sealed class TwoProcessesTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private readonly Random _random = new(5);
    private readonly OwnEngine _own;
    private readonly string _location;

    public TwoProcessesTests()
    {
        _location = _folder.Combine("repository");
        _own = new OwnEngine(_location) { KeyCost = ChildWork.KeyCost };
    }

    public Task InitializeAsync() => _own.InitAsync();

    public Task DisposeAsync()
    {
        _folder.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task Two_backups_are_both_complete()
    {
        string[] sources = [Fill("a"), Fill("b")];

        await Task.WhenAll(sources.Select(source => RandomKills.FinishAsync("backup", _location, source)));

        Assert.Equal(2, (await _own.SnapshotsAsync()).Count);
        await AreInTheNewestSnapshotsAsync(sources);
    }

    [Theory]
    [InlineData("forget")]
    [InlineData("prune")]
    [InlineData("tag")]
    public async Task What_removes_something_is_refused_while_a_backup_runs(string verb)
    {
        await using var backup = await PausedBackup.StartAsync(_own);

        InvalidOperationException refusal = await Assert.ThrowsAsync<InvalidOperationException>(
            () => RandomKills.FinishAsync(verb, _location));

        Assert.Contains(nameof(RepositoryLockedException), refusal.Message, StringComparison.Ordinal);
        await IsCompleteAsync(await backup.FinishAsync());
    }

    [Fact]
    public async Task A_prune_in_two_phases_goes_on_while_a_backup_runs()
    {
        string folder = Fill("a");
        _folder.WriteFile("a/the same", PausedBackup.Content);
        await RandomKills.FinishAsync("backup", _location, folder);
        File.Delete(Directory.GetFiles(Path.Combine(_location, "snapshots")).Single());
        HashSet<string> packs = Packs();
        await using var backup = await PausedBackup.StartAsync(_own); // knows what it reads now as one that is stored

        await RandomKills.FinishAsync("prune in two phases", _location);
        await RandomKills.FinishAsync("prune in two phases", _location);

        IndexContents marks = Assert.Single(await IndexesAsync());
        Assert.Equal((0, packs.Count), (marks.PackCount, marks.Marked.Count)); // no snapshot needs anything
        Assert.Equal([PackMarks.HolderOf(new LockFile(default, false, LockIdentity.ForLocks()))], marks.Holders);
        Assert.Equal(packs, Packs());
        BackupSummary summary = await backup.FinishAsync();
        Assert.Equal(0, summary.Counts.DataBlobs);
        await RandomKills.FinishAsync("prune in two phases", _location); // finds what the backup relied on
        await IsCompleteAsync(summary);
        await RandomKills.FinishAsync("prune in two phases", _location);
        await IsCompleteAsync(summary);
        Assert.NotEmpty(packs.Except(Packs())); // those that it did not need
    }

    [Fact]
    public async Task Of_several_prunes_in_two_phases_one_works_and_nothing_is_lost()
    {
        string source = Fill("a");
        for (int i = 0; i < 3; i++)
        {
            await RandomKills.FinishAsync("backup", _location, source);
            Fill("a");
        }

        foreach (Snapshot snapshot in (await _own.SnapshotsAsync()).SkipLast(1))
        {
            File.Delete(Path.Combine(_location, "snapshots", snapshot.Id.ToString()));
        }

        Exception?[] failures = await Task.WhenAll(Enumerable.Range(0, 3).Select(
            _ => Record.ExceptionAsync(() => RandomKills.FinishAsync("prune in two phases", _location))));

        Assert.All(failures.OfType<Exception>(), failure => Assert.Contains(nameof(RepositoryLockedException), failure.Message, StringComparison.Ordinal));
        await _own.CheckAsync();
        await RandomKills.FinishAsync("prune in two phases", _location);
        await RandomKills.FinishAsync("prune in two phases", _location);
        await _own.CheckAsync();
        Assert.DoesNotContain(await IndexesAsync(), index => index.Marked.Count > 0);
    }

    [Fact]
    public async Task A_backup_is_refused_while_something_is_removed()
    {
        await using OpenedRepository opened = await OpenedRepository.OpenAsync(_own.Options, CancellationToken.None);
        await using RepositoryLock held = await opened.LockAsync(LockKind.Exclusive, CancellationToken.None);

        InvalidOperationException refusal = await Assert.ThrowsAsync<InvalidOperationException>(
            () => RandomKills.FinishAsync("backup", _location, Fill("a")));

        Assert.Contains(nameof(RepositoryLockedException), refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_is_patient_gets_his_turn()
    {
        await using var backup = await PausedBackup.StartAsync(_own);
        using Child child = await Child.StartAsync(ChildProgram.Patiently, "tag", _location, "done");
        await child.WaitUntilItWaitsAsync();

        await backup.FinishAsync();
        await child.FinishAsync();

        Assert.Equal(["done"], Assert.Single(await _own.SnapshotsAsync()).Tags);
    }

    [FactIfOnPath("restic")]
    [Trait("Category", "Slow")]
    public async Task All_at_once_and_restic_too()
    {
        var restic = new Restic(_location);
        string[] sources = [];
        for (int round = 0; round < 5; round++)
        {
            sources = [Fill("a"), Fill("b")];
            (int ExitCode, string Output, string Errors) theirs = (0, "", "");
            await Task.WhenAll(
            [
                .. sources.Select(source => RandomKills.FinishAsync(ChildProgram.Patiently, "backup", _location, source)),
                RandomKills.FinishAsync(ChildProgram.Patiently, "forget", _location),
                RandomKills.FinishAsync(ChildProgram.Patiently, "prune in two phases", _location),
                RandomKills.FinishAsync(ChildProgram.Patiently, "prune", _location),
                Task.Run(() => theirs = restic.TryRun("backup", "--quiet", sources[0])),
            ]);

            Assert.True(theirs.ExitCode == 0 || theirs.Errors.Contains("locked", StringComparison.Ordinal), theirs.Errors);
            await RandomKills.FinishAsync("prune in two phases", _location); // brings back what a backup relied upon meanwhile
            await _own.CheckAsync();
        }

        await AreInTheNewestSnapshotsAsync(sources);
        restic.Check(readData: true);
    }

    /// <summary>New content in a folder.</summary>
    private string Fill(string name)
    {
        for (int i = 0; i < 20; i++)
        {
            byte[] content = new byte[_random.Next(i == 0 ? 2_000_000 : 20_000)];
            _random.NextBytes(content);
            _folder.WriteFile($"{name}/{i % 4}/{_random.Next(10)}", content);
        }

        return _folder.Combine(name);
    }

    private async Task AreInTheNewestSnapshotsAsync(string[] sources)
    {
        await _own.CheckAsync();
        IReadOnlyList<Snapshot> snapshots = await _own.SnapshotsAsync();
        foreach (string source in sources)
        {
            Snapshot newest = snapshots.Last(snapshot => snapshot.Paths.Contains(source) && snapshot.Hostname == "host");
            string target = _folder.Combine($"restored {Path.GetFileName(source)}");
            await _own.RestoreAsync(newest.Id.ToString(), target);
            Assert.Empty(TreeComparer.Differences(source, target, TreeAspects.All & ~TreeAspects.Top));
        }
    }

    private HashSet<string> Packs() =>
        [.. Directory.GetFiles(Path.Combine(_location, "data"), "*", SearchOption.AllDirectories).Select(Path.GetFileName).OfType<string>()];

    private async Task<List<IndexContents>> IndexesAsync()
    {
        await using OpenedRepository opened = await OpenedRepository.OpenAsync(_own.Options, CancellationToken.None);
        var indexes = new List<IndexContents>();
        await foreach (BackendFile file in opened.Backend.ListAsync(FileKind.Index, CancellationToken.None))
        {
            indexes.Add(IndexDocument.Decode(await opened.LoadUnpackedAsync(FileKind.Index, file.Handle.Name, CancellationToken.None)));
        }

        return indexes;
    }

    private async Task IsCompleteAsync(BackupSummary summary)
    {
        Snapshot snapshot = Assert.IsType<Snapshot>(summary.Snapshot);
        await _own.CheckAsync();
        string target = _folder.Combine("restored");
        await _own.RestoreAsync(snapshot.Id.ToString(), target);
        Assert.Equal(PausedBackup.Content, await File.ReadAllBytesAsync(Path.Combine(target, "file")));
    }

    /// <summary>A backup of ours that holds still while it reads its only file.</summary>
    private sealed class PausedBackup : IAsyncDisposable
    {
        private readonly SemaphoreSlim _isReading = new(0);
        private readonly SemaphoreSlim _mayGoOn = new(0);
        private readonly Task<BackupSummary> _backup;

        private PausedBackup(OwnEngine own)
        {
            var source = new MemorySource();
            source.Add("/file", Content).OnOpen = () =>
            {
                _isReading.Release();
                _mayGoOn.Wait();
            };
            _backup = Task.Run(async () =>
            {
                await using Repository repository = await Repository.OpenAsync(own.Options, CancellationToken.None);
                return await repository.BackupAsync(new BackupOptions { Source = source, Hostname = "host" }, null, CancellationToken.None);
            });
        }

        public static byte[] Content { get; } = "what is backed up"u8.ToArray();

        public static async Task<PausedBackup> StartAsync(OwnEngine own)
        {
            var backup = new PausedBackup(own);
            await backup._isReading.WaitAsync();
            return backup;
        }

        public Task<BackupSummary> FinishAsync()
        {
            _mayGoOn.Release();
            return _backup;
        }

        public async ValueTask DisposeAsync()
        {
            _mayGoOn.Release();
            await _backup;
            _isReading.Dispose();
            _mayGoOn.Dispose();
        }
    }
}
