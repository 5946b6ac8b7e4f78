using System.Text;
using Backup.Engine.Concurrency;
using Backup.Engine.Repositories;

namespace Backup.Engine.Tests.Maintenance;

/// <summary>Making snapshots anew, through the façade.</summary>
public sealed class RewriteTests : IAsyncLifetime
{
    private readonly MemorySource _source = new();
    private MemoryRepository _repository = null!; // set before each test
    private Snapshot _old = null!; // set before each test

    public async Task InitializeAsync()
    {
        _repository = await MemoryRepository.CreateAsync();
        _source.Add("/a/keep", [1, 2, 3]);
        _source.Add("/a/secret", [4, 5]);
        _source.Add("/b/deep/secret", [6]);
        _source.Add("/c/other", [7]);
        _old = (await _repository.BackupAsync(_source)).Snapshot!;
    }

    public async Task DisposeAsync() => await _repository.DisposeAsync();

    [Fact]
    public async Task Files_are_left_out_and_counted_out()
    {
        var excluded = new List<string>();

        SnapshotChanges changes = await RewriteAsync(new RewriteOptions { Excludes = ["secret"], ItemExcluded = excluded.Add });

        Snapshot saved = Assert.Single(changes.Changed).New;
        Assert.Equal(["/a", "/a/keep", "/b", "/b/deep", "/c", "/c/other"], await PathsAsync(saved));
        Assert.Equal(["/a/secret", "/b/deep/secret"], excluded);
        Assert.Equal(_old.Id, saved.Original);
        Assert.Equal(["rewrite"], saved.Tags);
        Assert.Equal((2UL, 4UL), (saved.Summary!.TotalFilesProcessed, saved.Summary.TotalBytesProcessed));
        Assert.Equal(_old.Summary! with { TotalFilesProcessed = 2, TotalBytesProcessed = 4 }, saved.Summary);
        Assert.Equal(2, (await _repository.SnapshotsAsync()).Count);
        Assert.Empty(await _repository.ListAsync(FileKind.Lock));
        Assert.True((await _repository.Repository.CheckAsync(new CheckOptions(), null, CancellationToken.None)).IsHealthy);
    }

    [Fact]
    public async Task Folders_in_which_nothing_changes_keep_their_ids()
    {
        Snapshot saved = Assert.Single((await RewriteAsync(new RewriteOptions { Excludes = ["/b/deep/secret"] })).Changed).New;

        await using OpenedRepository opened = await OpenAsync();
        List<Node> before = await opened.LoadTreeAsync(_old.Tree, CancellationToken.None);
        List<Node> after = await opened.LoadTreeAsync(saved.Tree, CancellationToken.None);
        Assert.Equal(
            [true, false, true],
            before.Zip(after, (one, another) => one.Subtree == another.Subtree));
        Assert.Equal(before.Select(node => node with { Subtree = null }), after.Select(node => node with { Subtree = null }));
    }

    [Fact]
    public async Task The_tree_is_the_one_that_a_backup_without_the_files_makes()
    {
        Snapshot saved = Assert.Single((await RewriteAsync(new RewriteOptions { Excludes = ["/a/secret"] })).Changed).New;

        _source.Remove("/a/secret");
        BackupSummary again = await _repository.BackupAsync(_source, options => options with { Type = BackupType.Full });

        Assert.Equal(again.Tree, saved.Tree);
    }

    [Fact]
    public async Task The_old_ones_go_if_that_is_said()
    {
        await RewriteAsync(new RewriteOptions { ExcludesIgnoreCase = ["SECRET"], Forget = true });

        Snapshot left = Assert.Single(await _repository.SnapshotsAsync());
        Assert.Equal(_old.Id, left.Original);
        Assert.Empty(left.Tags);
    }

    [Fact]
    public async Task Only_what_is_included_stays()
    {
        Snapshot saved = Assert.Single((await RewriteAsync(new RewriteOptions { Includes = ["/a/secret", "/c"] })).Changed).New;

        Assert.Equal(["/a", "/a/secret", "/c", "/c/other"], await PathsAsync(saved));
        Assert.Equal((2UL, 3UL), (saved.Summary!.TotalFilesProcessed, saved.Summary.TotalBytesProcessed));
    }

    [Fact]
    public async Task A_snapshot_in_which_nothing_is_included_stays_as_it_is()
    {
        Assert.Empty((await RewriteAsync(new RewriteOptions { Includes = ["nothing"], Forget = true })).Changed);

        Assert.Equal(_old.Id, Assert.Single(await _repository.SnapshotsAsync()).Id);
    }

    [Fact]
    public async Task What_would_not_change_keeps_its_id()
    {
        int packs = (await _repository.ListAsync(FileKind.Pack)).Count;

        Assert.Empty((await RewriteAsync(new RewriteOptions { Excludes = ["nothing"], NewHostname = "host", AddSummary = true })).Changed);

        Assert.Equal(_old.Id, Assert.Single(await _repository.SnapshotsAsync()).Id);
        Assert.Equal(packs, (await _repository.ListAsync(FileKind.Pack)).Count);
    }

    [Fact]
    public async Task Host_and_time_are_replaced_without_a_look_at_the_files()
    {
        var time = new DateTimeOffset(2020, 1, 2, 3, 4, 5, TimeSpan.FromHours(2));

        Snapshot saved = Assert.Single((await RewriteAsync(new RewriteOptions { NewHostname = "other", NewTime = time, Forget = true })).Changed).New;

        Assert.Equal(_old with { Id = saved.Id, Hostname = "other", Time = Timestamp.From(time), Original = _old.Id }, saved with { Paths = _old.Paths, Tags = _old.Tags, Excludes = _old.Excludes });
    }

    [Fact]
    public async Task A_missing_summary_is_made()
    {
        await using OpenedRepository opened = await OpenAsync();
        await SnapshotHistory.SaveAsync(opened, [_old with { Summary = null, Hostname = "no summary" }]);

        SnapshotChanges changes = await RewriteAsync(new RewriteOptions { AddSummary = true });

        Snapshot saved = Assert.Single(changes.Changed).New;
        Assert.Equal("no summary", saved.Hostname);
        Assert.Equal((4UL, 7UL, _old.Tree), (saved.Summary!.TotalFilesProcessed, saved.Summary.TotalBytesProcessed, saved.Tree));
    }

    [Fact]
    public async Task A_dry_run_stores_nothing()
    {
        IReadOnlyList<BackendFile> packs = await _repository.ListAsync(FileKind.Pack);

        SnapshotChanges changes = await RewriteAsync(new RewriteOptions { Excludes = ["secret"], Forget = true, DryRun = true });

        Assert.True(changes.IsDryRun);
        Assert.Equal(2UL, Assert.Single(changes.Changed).New.Summary!.TotalFilesProcessed);
        Assert.Equal(packs, await _repository.ListAsync(FileKind.Pack));
        Assert.Equal(_old.Id, Assert.Single(await _repository.SnapshotsAsync()).Id);
        Assert.Single((await RewriteAsync(new RewriteOptions { Excludes = ["secret"] })).Changed); // the trees are stored now
        Assert.True((await _repository.Repository.CheckAsync(new CheckOptions(), null, CancellationToken.None)).IsHealthy);
    }

    [Fact]
    public async Task What_a_newer_program_wrote_is_not_shortened()
    {
        Snapshot strange = await SaveStrangeAsync();

        RewriteRefusedException refused = await Assert.ThrowsAsync<RewriteRefusedException>(
            () => RewriteAsync(new RewriteOptions { Excludes = ["secret"], Forget = true }));

        Assert.Contains("«/»", refused.Message, StringComparison.Ordinal);
        Assert.Equal(2, (await _repository.SnapshotsAsync()).Count);
        Assert.Empty((await RewriteAsync(
            new RewriteOptions { Excludes = ["nothing"], Snapshots = [strange.Id.ToString()] })).Changed);
        Assert.Single((await RewriteAsync(
            new RewriteOptions { NewHostname = "other", Snapshots = [strange.Id.ToString()] })).Changed);
    }

    [Fact]
    public async Task What_makes_no_sense_changes_nothing()
    {
        RewriteOptions[] senseless =
        [
            new(), new() { Excludes = ["a"], Includes = ["b"] }, new() { Excludes = ["[a"] }, new() { NewHostname = "" },
            new() { Excludes = ["a"], Snapshots = [_old.Id.ToString()], Filter = new SnapshotFilter { Hosts = ["host"] } },
        ];

        foreach (RewriteOptions options in senseless)
        {
            await Assert.ThrowsAsync<ArgumentException>(() => RewriteAsync(options));
        }

        Assert.Equal(_old.Id, Assert.Single(await _repository.SnapshotsAsync()).Id);
    }

    /// <summary>Whatever the patterns, a rewritten snapshot is what a backup with the same patterns makes.</summary>
    [Fact]
    public Task A_rewritten_snapshot_is_that_of_a_backup_with_the_patterns() => PropertyCheck.HoldsAsync(30, async random =>
    {
        string[] names = ["a", "b", "c", "d"];
        var source = new MemorySource();
        await using MemoryRepository repository = await MemoryRepository.CreateAsync();
        for (int i = 0; i < 2; i++)
        {
            for (int j = 0; j < 12; j++)
            {
                source.Add($"/{Name()}/{Name()}/{Name()}{j}", [(byte)random.Next(3)]);
            }

            await repository.BackupAsync(source, options => options with { Time = DateTimeOffset.UnixEpoch.AddDays(i) });
        }

        string[] patterns = [.. Enumerable.Range(0, 2).Select(_ => random.Next(4) switch
        {
            0 => $"/{Name()}/{Name()}",
            1 => $"{Name()}/*1*",
            2 => $"{Name()}{random.Next(12)}",
            _ => $"/{Name()}/**/{Name()}?",
        })];

        SnapshotChanges changes = await repository.Repository.RewriteAsync(new RewriteOptions { Excludes = patterns }, CancellationToken.None);

        foreach (SnapshotChange change in changes.Changed)
        {
            List<string> kept = await PathsAsync(repository, change.New, filesOnly: true);
            List<string> all = await PathsAsync(repository, change.Old, filesOnly: true);
            var filter = Backup.Engine.Sources.PathFilter.Create(patterns);
            Assert.Equal(all.Where(path => !filter.IsMatch(path)), kept);
            Assert.Equal((ulong)kept.Count, change.New.Summary!.TotalFilesProcessed);
        }

        Assert.True((await repository.Repository.CheckAsync(new CheckOptions(), null, CancellationToken.None)).IsHealthy);

        string Name() => names[random.Next(names.Length)];
    });

    private Task<SnapshotChanges> RewriteAsync(RewriteOptions options) => _repository.Repository.RewriteAsync(options, CancellationToken.None);

    private async Task<OpenedRepository> OpenAsync()
    {
        OpenedRepository opened = await _repository.OpenAnewAsync();
        await opened.LoadIndexAsync(CancellationToken.None);
        return opened;
    }

    /// <summary>A snapshot whose root has a field that we don't know.</summary>
    private async Task<Snapshot> SaveStrangeAsync()
    {
        await using OpenedRepository opened = await OpenAsync();
        using var stages = new StageGroup(CancellationToken.None);
        using var writer = new BlobWriter(opened, stages, discards: false);
        string json = """{"nodes":[{"name":"secret","type":"file","of_the_future":1,"content":[]}]}""" + "\n";
        SavedBlob tree = await writer.SaveAsync(BlobType.Tree, Encoding.UTF8.GetBytes(json), CancellationToken.None);
        await writer.CompleteAsync(CancellationToken.None);
        await stages.WhenAllAsync();
        return (await SnapshotHistory.SaveAsync(opened, [_old with { Tree = tree.Id }]))[0];
    }

    private Task<List<string>> PathsAsync(Snapshot snapshot) => PathsAsync(_repository, snapshot, filesOnly: false);

    private static async Task<List<string>> PathsAsync(MemoryRepository repository, Snapshot snapshot, bool filesOnly)
    {
        var paths = new List<string>();
        await foreach (SnapshotItem item in repository.Repository.ListAsync(
            new ListOptions { Snapshot = snapshot.Id.ToString(), Recursive = true }, CancellationToken.None))
        {
            if (!filesOnly || item.Node.Type == NodeType.File)
            {
                paths.Add(item.Path);
            }
        }

        return paths;
    }
}
