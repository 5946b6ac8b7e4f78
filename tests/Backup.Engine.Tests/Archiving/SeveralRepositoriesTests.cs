using Backup.Engine.Storage.Memory;

namespace Backup.Engine.Tests.Archiving;

/// <summary>One backup to several repositories: read once, stored in each for itself.</summary>
public sealed class SeveralRepositoriesTests
{
    private const ulong Polynomial = 0x3DA3358B4DC173;

    private static readonly CancellationToken None = CancellationToken.None;

    private readonly MemorySource _files = new();
    private readonly MemoryBackend _first = new();
    private readonly MemoryBackend _second = new();

    public SeveralRepositoriesTests()
    {
        var random = new Random(7);
        for (int i = 0; i < 4; i++)
        {
            byte[] content = new byte[400_000];
            random.NextBytes(content);
            _files.Add($"/folder {i % 2}/file {i}", content);
        }
    }

    [Fact]
    public async Task The_source_is_read_once_and_each_repository_has_it_under_its_own_key()
    {
        await using Repository first = await CreateAsync(_first, "one");
        await using Repository second = await CreateAsync(_second, "two");

        IReadOnlyList<BackupTargetResult> results = await BackupAsync(first, second);

        Assert.Equal(4, _files.Opened.Count);
        Assert.All(results, result => Assert.Null(result.Error));
        Assert.Single(results.Select(result => result.Summary!.Tree).Distinct());
        Assert.Equal(2, results.Select(result => result.Summary!.Snapshot!.Id).Distinct().Count());
        Assert.All(results, result => Assert.Equal(4, Stored(result)));
        await AssertCompleteAsync(_first, "one", snapshots: 1);
        await AssertCompleteAsync(_second, "two", snapshots: 1);
    }

    [Fact]
    public async Task Each_gets_only_what_it_does_not_have()
    {
        await using Repository first = await CreateAsync(_first, "one");
        await using Repository second = await CreateAsync(_second, "two");
        await BackupAsync(second);
        _files.Add("/folder 0/new", "new"u8.ToArray());
        _files.Opened.Clear();

        IReadOnlyList<BackupTargetResult> results = await BackupAsync(first, second);

        Assert.Equal(5, _files.Opened.Count); // all: the first one has nothing yet
        Assert.Equal(5, Stored(results[0]));
        Assert.Equal(1, Stored(results[1]));
        Assert.Null(results[0].Summary!.Parent);
        Assert.NotNull(results[1].Summary!.Parent);
        await AssertCompleteAsync(_first, "one", snapshots: 1);
        await AssertCompleteAsync(_second, "two", snapshots: 2);
    }

    [Fact]
    public async Task One_that_was_away_catches_up_and_what_both_have_is_not_read()
    {
        await using Repository first = await CreateAsync(_first, "one");
        await using Repository second = await CreateAsync(_second, "two");
        await BackupAsync(first, second);
        _files.Add("/folder 1/missed", "missed by the second"u8.ToArray());
        await BackupAsync(first);
        _files.Opened.Clear();

        IReadOnlyList<BackupTargetResult> results = await BackupAsync(first, second);
        IReadOnlyList<BackupTargetResult> again = await BackupAsync(first, second);

        Assert.Equal(["/folder 1/missed"], _files.Opened);
        Assert.Equal(0, Stored(results[0]));
        Assert.Equal(1, Stored(results[1]));
        Assert.All(again, result => Assert.Equal(0, Stored(result)));
        Assert.Equal(results.Select(result => result.Summary?.Snapshot?.Id), again.Select(result => result.Summary?.Parent));
        await AssertCompleteAsync(_second, "two", snapshots: 3);
    }

    [Fact]
    public async Task Whatever_fails_in_one_the_other_has_all_and_the_next_backup_makes_good_for_it()
    {
        bool hasFailed = true;
        for (int call = 1; hasFailed; call++)
        {
            var other = new MemoryBackend();
            await using Repository first = await CreateAsync(new MemoryBackend(), "one");
            await (await CreateAsync(other, "two")).DisposeAsync();
            try
            {
                await using Repository second = await OpenAsync(FaultyBackend.StopsAfter(new UndisposedBackend(other), call), "two");
                IReadOnlyList<BackupTargetResult> results = await BackupAsync(first, second);
                Assert.NotNull(results[0].Summary?.Snapshot);
                hasFailed = results[1].Error is not null;
                Assert.Equal(hasFailed, results[1].Summary is null);
            }
            catch (BackendException)
            {
                continue; // it could not even be opened
            }

            await using Repository again = await OpenAsync(other, "two");
            Assert.DoesNotContain(
                (await again.CheckAsync(new CheckOptions(), null, None)).Problems, problem => problem.Severity == CheckSeverity.Error);
            IReadOnlyList<BackupTargetResult> caughtUp = await BackupAsync(first, again);
            Assert.All(caughtUp, result => Assert.NotNull(result.Summary?.Snapshot));
            Assert.Equal(0, Stored(caughtUp[0]));
            await AssertCompleteAsync(other, "two", snapshots: hasFailed ? 1 : 2);
        }
    }

    [Fact]
    public async Task The_tree_of_a_huge_folder_is_the_same_in_each_compressed_or_not()
    {
        var huge = new MemorySource();
        for (int i = 0; i < 6_000; i++)
        {
            huge.Add($"/huge/a file with a rather long name, number {i}", []);
        }

        await using Repository first = await CreateAsync(_first, "one");
        await using Repository second = await CreateAsync(_second, "two", version: 1);

        IReadOnlyList<BackupTargetResult> results = await Repository.BackupAsync([first, second], Options() with { Source = huge }, null, None);

        Assert.Single(results.Select(result => result.Summary!.Tree).Distinct());
        Assert.True(results[0].Summary!.Counts.DataAdded > 1_100_000, "the tree is not long");
        foreach (Repository repository in new[] { first, second })
        {
            CheckReport report = await repository.CheckAsync(new CheckOptions { ReadData = PackSelection.All }, null, None);
            Assert.DoesNotContain(report.Problems, problem => problem.Severity == CheckSeverity.Error);
        }
    }

    [Fact]
    public async Task If_all_fail_each_says_why()
    {
        await (await CreateAsync(_first, "one")).DisposeAsync();
        await (await CreateAsync(_second, "two")).DisposeAsync();
        await using Repository first = await OpenAsync(new FullBackend(new UndisposedBackend(_first)), "one");
        await using Repository second = await OpenAsync(new FullBackend(new UndisposedBackend(_second)), "two");

        IReadOnlyList<BackupTargetResult> results = await BackupAsync(first, second);

        Assert.All(results, result => Assert.IsType<StorageFullException>(result.Error));
        Assert.All(results, result => Assert.Null(result.Summary));
    }

    [Fact]
    public async Task A_source_that_fails_fails_the_backup_as_a_whole()
    {
        await using Repository first = await CreateAsync(_first, "one");
        await using Repository second = await CreateAsync(_second, "two");
        _files.OnWalk = path => throw new SourceException($"The test ends at {path}.");

        await Assert.ThrowsAsync<SourceException>(() => BackupAsync(first, second));

        _files.OnWalk = null;
        await BackupAsync(first, second);
        await AssertCompleteAsync(_second, "two", snapshots: 1);
    }

    [Fact]
    public async Task A_cancelled_backup_leaves_what_it_has_in_each()
    {
        await using Repository first = await CreateAsync(_first, "one");
        await using Repository second = await CreateAsync(_second, "two");
        using var stop = new CancellationTokenSource();
        using var othersDone = new CountdownEvent(4);
        BackupOptions options = Options() with { ItemDone = item => _ = item.Type == NodeType.File && item.Path != "/last" && othersDone.Signal() };
        _files.Add("/last", "last"u8.ToArray()).OnOpen = () =>
        {
            othersDone.Wait(None);
            stop.Cancel();
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Repository.BackupAsync([first, second], options, null, stop.Token));

        foreach (Repository repository in new[] { first, second })
        {
            SnapshotList list = await repository.ListSnapshotsAsync(new SnapshotListOptions(), None);
            Assert.Contains(Snapshot.IncompleteTag, Assert.Single(list.Groups.SelectMany(group => group.Snapshots)).Tags);
        }

        _files.Add("/last", "last"u8.ToArray());
        _files.Opened.Clear();
        await BackupAsync(first, second);
        Assert.Contains("/last", _files.Opened);
        await AssertCompleteAsync(_first, "one", snapshots: 1);
        await AssertCompleteAsync(_second, "two", snapshots: 1);
    }

    [Fact]
    public async Task What_does_not_fit_together_is_refused_before_anything_is_read()
    {
        await using Repository first = await CreateAsync(_first, "one");
        await using Repository other = await CreateAsync(_second, "two", polynomial: null);
        await using Repository again = await OpenAsync(_first, "one");
        await using Repository third = await CreateAsync(new MemoryBackend(), "three");

        ArgumentException cuts = await Assert.ThrowsAsync<ArgumentException>(() => BackupAsync(first, other));
        await Assert.ThrowsAsync<ArgumentException>(() => BackupAsync(first, again));
        await Assert.ThrowsAsync<ArgumentException>(
            () => Repository.BackupAsync([first, third], Options() with { Parent = "latest" }, null, None));

        Assert.Contains(Remedy.CreateAlike, cuts.Message, StringComparison.Ordinal);
        Assert.Empty(_files.Opened);
    }

    private BackupOptions Options() => new() { Source = _files, Hostname = "host" };

    private Task<IReadOnlyList<BackupTargetResult>> BackupAsync(params Repository[] repositories) =>
        Repository.BackupAsync(repositories, Options(), null, None);

    private static long Stored(BackupTargetResult result) => result.Summary!.Counts.DataBlobs;

    private static Task<Repository> CreateAsync(MemoryBackend backend, string password, ulong? polynomial = Polynomial, int version = 2) =>
        Repository.CreateAsync(
            Open(new UndisposedBackend(backend), password) with { ChunkerPolynomial = polynomial, Version = version }, None);

    private static Task<Repository> OpenAsync(IBackend backend, string password) =>
        Repository.OpenAsync(Open(backend is MemoryBackend memory ? new UndisposedBackend(memory) : backend, password), None);

    private static RepositoryOptions Open(IBackend backend, string password) => new()
    {
        Location = "memory",
        Backend = backend,
        Password = System.Text.Encoding.UTF8.GetBytes(password),
        KeyCost = new ScryptCost(16, 1, 1),
    };

    private async Task AssertCompleteAsync(MemoryBackend backend, string password, int? snapshots)
    {
        await using Repository repository = await OpenAsync(backend, password);
        CheckReport report = await repository.CheckAsync(new CheckOptions { ReadData = PackSelection.All }, null, None);
        Assert.DoesNotContain(report.Problems, problem => problem.Severity == CheckSeverity.Error);
        if (snapshots is { } count)
        {
            Assert.Equal(count, report.Snapshots);
        }

        using var archive = new MemoryStream();
        foreach (string path in _files.Walk(None).Where(entry => entry.Kind == SourceEntryKind.Item).Select(entry => entry.Path))
        {
            archive.SetLength(0);
            await repository.DumpAsync(new DumpOptions { Snapshot = "latest", Path = path }, archive, null, None);
            Assert.True(archive.ToArray().AsSpan().SequenceEqual(_files.ContentOf(path)), path);
        }
    }

    private sealed class FullBackend(IBackend inner) : DelegatingBackend(inner)
    {
        public override Task SaveAsync(FileHandle file, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
            file.Kind == FileKind.Pack ? throw new StorageFullException("The test has no room.") : base.SaveAsync(file, content, cancellationToken);
    }
}
