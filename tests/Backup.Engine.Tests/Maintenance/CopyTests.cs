using Backup.Engine.Indexing;
using Backup.Engine.Packs;
using Backup.Engine.Repositories;
using Backup.Engine.Storage.Memory;
using Backup.Engine.Tests.Hostile;

namespace Backup.Engine.Tests.Maintenance;

/// <summary>Snapshots go from one repository to another and are the same there.</summary>
public sealed class CopyTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly MemorySource _files = new();
    private readonly Random _random = new(11);
    private MemoryBackend _source = null!; // set before each test
    private MemoryBackend _destination = null!; // set before each test

    public async Task InitializeAsync()
    {
        _source = await CreateAsync(version: 2);
        _destination = await CreateAsync(version: 2);
        Fill("a");
        await BackupAsync(_source, "host");
        Fill("b");
        await BackupAsync(_source, "host");
    }

    public async Task DisposeAsync()
    {
        await _source.DisposeAsync();
        await _destination.DisposeAsync();
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 1)]
    [InlineData(2, 2)]
    [InlineData(1, 1)]
    public async Task All_snapshots_are_the_same_there_and_are_copied_once(int from, int to)
    {
        MemoryBackend source = await CreateAsync(from);
        MemoryBackend destination = await CreateAsync(to);
        await BackupAsync(source, "host");
        Fill("c");
        await BackupAsync(source, "host");

        CopySummary first = await CopyAsync(source, destination);
        CopySummary second = await CopyAsync(source, destination);

        Assert.Equal((2, 0), (first.Copied.Count, first.AlreadyThere));
        Assert.Equal((0, 2, 0), (second.Copied.Count, second.AlreadyThere, second.Blobs));
        await AreSameAsync(source, destination, first.Copied);
        await IsHealthyAsync(destination);
    }

    [Fact]
    public async Task After_a_sleep_of_the_machine_nothing_is_taken_for_copied()
    {
        var time = new FakeTime();
        var sleeping = new SleepyBackend(_destination, () => time.Jump(TimeSpan.FromHours(5)));
        await using Repository source = await OpenAsync(_source);
        await using Repository destination = await Repository.OpenAsync(RepositoryImage.OptionsFor(sleeping) with { Time = time }, None);

        await Assert.ThrowsAsync<RepositoryLockedException>(() => destination.CopyFromAsync(source, new CopyOptions(), null, None));

        Assert.Empty(await SnapshotsAsync(_destination)); // others may have pruned what it needs
        Assert.Equal(2, (await CopyAsync(_source, _destination)).Copied.Count);
        await IsHealthyAsync(_destination);
    }

    [Fact]
    public async Task What_is_compressed_is_not_compressed_again()
    {
        await CopyAsync(_source, _destination);

        Dictionary<BlobId, PackedBlob> there = await BlobsAsync(_source);
        Dictionary<BlobId, PackedBlob> here = await BlobsAsync(_destination);
        Assert.Equal(there.Count, here.Count);
        Assert.Contains(there.Values, blob => blob.IsCompressed && blob.Type == BlobType.Data);
        Assert.All(here.Values, blob => Assert.Equal(
            (there[blob.Id].Length, there[blob.Id].UncompressedLength), (blob.Length, blob.UncompressedLength)));
    }

    [Fact]
    public async Task Only_what_is_chosen_is_copied()
    {
        await BackupAsync(_source, "other", "tag");

        CopySummary byTag = await CopyAsync(_source, _destination, new CopyOptions { Filter = new SnapshotFilter { TagLists = [["tag"]] } });
        CopySummary latest = await CopyAsync(
            _source, _destination, new CopyOptions { Snapshots = ["latest"], Filter = new SnapshotFilter { Hosts = ["host"] } });

        Assert.Equal("other", Assert.Single(byTag.Copied).Source.Hostname);
        Assert.Equal("host", Assert.Single(latest.Copied).Source.Hostname);
        Assert.Equal(2, (await SnapshotsAsync(_destination)).Count);
    }

    [Fact]
    public async Task A_dry_run_changes_nothing_but_tells_what_would_be()
    {
        RepositoryImage before = await RepositoryImage.OfAsync(_destination);

        CopySummary dryRun = await CopyAsync(_source, _destination, new CopyOptions { DryRun = true });

        Assert.Equal(before.Handles, (await RepositoryImage.OfAsync(_destination)).Handles);
        CopySummary real = await CopyAsync(_source, _destination);
        Assert.Equal((real.Copied.Count, real.Blobs, real.Bytes), (dryRun.Copied.Count, dryRun.Blobs, dryRun.Bytes));
        Assert.All(dryRun.Copied, copied => Assert.Null(copied.Copy));
    }

    [Fact]
    public async Task Different_chunker_parameters_are_warned_of()
    {
        var warnings = new List<string>();
        await using Repository source = await OpenAsync(_source);
        await using Repository destination = await Repository.OpenAsync(
            OptionsFor(_destination) with { Warn = warnings.Add }, None);
        MemoryBackend same = new();
        await using Repository alike = await Repository.CreateAsync(
            OptionsFor(same) with { Warn = warnings.Add, ChunkerPolynomial = source.Config.ChunkerPolynomial }, None);

        await destination.CopyFromAsync(source, new CopyOptions(), null, None);
        Assert.Contains("different places", Assert.Single(warnings), StringComparison.Ordinal);
        await alike.CopyFromAsync(source, new CopyOptions(), null, None);

        Assert.Single(warnings);
    }

    [Fact]
    public async Task A_repository_is_not_copied_to_itself()
    {
        await using Repository source = await OpenAsync(_source);
        await using Repository again = await OpenAsync(_source);

        await Assert.ThrowsAsync<ArgumentException>(() => again.CopyFromAsync(source, new CopyOptions(), null, None));
    }

    [Fact]
    public async Task A_damaged_blob_stops_the_copy_before_a_snapshot_needs_it()
    {
        FileHandle pack = await PackAsync(_source);
        RepositoryImage image = await RepositoryImage.OfAsync(_source);
        byte[] damaged = [.. image[pack]];
        damaged[5] ^= 1;
        MemoryBackend source = await image.With(pack, damaged).ToBackendAsync();

        RepositoryDamagedException error = await Assert.ThrowsAsync<RepositoryDamagedException>(() => CopyAsync(source, _destination));

        Assert.Contains(pack.Name.ToString(), error.Message, StringComparison.Ordinal);
        Assert.Empty(await SnapshotsAsync(_destination));
        await IsHealthyAsync(_destination);
    }

    [Fact]
    public async Task In_a_replica_snapshots_keep_their_ids_and_go_when_they_are_gone()
    {
        await using MemoryBackend replica = await CreateReplicaAsync();
        CopySummary first = await ReplicateAsync(_source, replica, delete: true);
        Assert.All(first.Copied, copied => Assert.Equal(copied.Source.Id, copied.Copy));
        Assert.Empty(first.Removed);
        SnapshotId gone = first.Copied[0].Source.Id;
        await _source.DeleteAsync(new FileHandle(FileKind.Snapshot, gone.Hash), None);
        await BackupAsync(_source, "new");
        CopySummary kept = await ReplicateAsync(_source, replica, delete: false);
        Assert.Equal((1, 1, 0), (kept.Copied.Count, kept.AlreadyThere, kept.Removed.Count));

        CopySummary second = await ReplicateAsync(_source, replica, delete: true);

        Assert.Equal([gone], second.Removed);
        Assert.Equal(
            (await SnapshotsAsync(_source)).Select(snapshot => snapshot.Id).ToHashSet(),
            (await SnapshotsAsync(replica)).Select(snapshot => snapshot.Id).ToHashSet());
        await IsHealthyAsync(replica);
    }

    [Fact]
    public async Task Nothing_is_removed_from_a_repository_that_is_no_replica()
    {
        await BackupAsync(_destination, "own");
        await ReplicateAsync(_source, _destination, delete: false);
        Snapshot gone = (await SnapshotsAsync(_source))[0];
        await _source.DeleteAsync(new FileHandle(FileKind.Snapshot, gone.Id.Hash), None);

        await Assert.ThrowsAsync<ArgumentException>(() => ReplicateAsync(_source, _destination, delete: true));

        Assert.Equal(3, (await SnapshotsAsync(_destination)).Count);
    }

    [Fact]
    public async Task Nothing_is_removed_because_the_other_repository_is_empty_or_can_t_be_read()
    {
        await using MemoryBackend replica = await CreateReplicaAsync();
        await ReplicateAsync(_source, replica, delete: false);
        RepositoryImage image = await RepositoryImage.OfAsync(_source);
        FileHandle[] snapshots = [.. image.Handles.Where(file => file.Kind == FileKind.Snapshot)];
        MemoryBackend empty = await snapshots.Aggregate(image, (left, file) => left.With(file, null)).ToBackendAsync();
        MemoryBackend damaged = await image.With(snapshots[0], [1, 2, 3]).ToBackendAsync();

        await Assert.ThrowsAsync<ForgetRefusedException>(() => ReplicateAsync(empty, replica, delete: true));
        await Assert.ThrowsAsync<RepositoryDamagedException>(() => ReplicateAsync(damaged, replica, delete: true));

        Assert.Equal(2, (await SnapshotsAsync(replica)).Count);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public Task A_copy_that_failed_is_completed_by_the_next(int kind) => FailAsync(kind, step: 7);

    [Theory]
    [Trait("Category", "Slow")]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public Task A_copy_that_failed_anywhere_is_completed_by_the_next(int kind) => FailAsync(kind, step: 1);

    private async Task FailAsync(int kind, int step)
    {
        RepositoryImage image = await RepositoryImage.OfAsync(_destination);
        FaultyBackend counting = FaultyBackend.Recording(await image.ToBackendAsync());
        await CopyAsync(_source, counting);
        int failed = 0;
        for (int n = 1; n <= counting.CallCount; n += step)
        {
            MemoryBackend copy = await image.ToBackendAsync();
            FaultyBackend faulty = kind switch
            {
                0 => FaultyBackend.FailsBefore(copy, n),
                1 => FaultyBackend.FailsAfter(copy, n),
                _ => FaultyBackend.StopsAfter(copy, n),
            };

            Exception? failure = await Record.ExceptionAsync(() => CopyAsync(_source, faulty));
            failed += failure is null ? 0 : 1;
            Assert.True(failure is null or BackupException, $"call {n}: {failure}");
            await IsHealthyAsync(copy);
            CopySummary summary = await CopyAsync(_source, copy);

            Assert.Equal(2, summary.Copied.Count + summary.AlreadyThere);
            await IsHealthyAsync(copy);
        }

        Assert.True(failed > counting.CallCount / step / 3, $"{counting.CallCount} calls failed in turn, but only {failed} copies");
    }

    private static RepositoryOptions OptionsFor(IBackend backend) => RepositoryImage.OptionsFor(new UndisposedBackend(backend));

    private static Task<Repository> OpenAsync(IBackend backend) => Repository.OpenAsync(OptionsFor(backend), None);

    private static async Task<MemoryBackend> CreateAsync(int version)
    {
        var backend = new MemoryBackend();
        await (await Repository.CreateAsync(OptionsFor(backend) with { Version = version }, None)).DisposeAsync();
        return backend;
    }

    private async Task<MemoryBackend> CreateReplicaAsync()
    {
        var replica = new MemoryBackend();
        await using Repository original = await OpenAsync(_source);
        await (await Repository.CreateReplicaAsync(original, OptionsFor(replica), None)).DisposeAsync();
        return replica;
    }

    private static async Task<CopySummary> CopyAsync(IBackend from, IBackend to, CopyOptions? options = null)
    {
        await using Repository source = await OpenAsync(from);
        await using Repository destination = await OpenAsync(to);
        var told = new List<CopiedSnapshot>();
        CopySummary summary = await destination.CopyFromAsync(
            source, (options ?? new CopyOptions()) with { SnapshotDone = told.Add }, null, None);
        Assert.Equal(summary.Copied, told);
        return summary;
    }

    private static async Task<CopySummary> ReplicateAsync(IBackend from, IBackend to, bool delete)
    {
        await using Repository source = await OpenAsync(from);
        await using Repository destination = await OpenAsync(to);
        return await destination.ReplicateFromAsync(source, new ReplicateOptions { Delete = delete }, null, None);
    }

    private static async Task<IReadOnlyList<Snapshot>> SnapshotsAsync(IBackend backend)
    {
        await using Repository repository = await OpenAsync(backend);
        SnapshotList list = await repository.ListSnapshotsAsync(new SnapshotListOptions(), None);
        return [.. list.Groups.SelectMany(group => group.Snapshots).OrderBy(snapshot => snapshot.Time)];
    }

    private static async Task AreSameAsync(IBackend source, IBackend destination, IReadOnlyList<CopiedSnapshot> copied)
    {
        List<SnapshotContent> there = await SnapshotContent.OfAllAsync(source);
        List<SnapshotContent> here = await SnapshotContent.OfAllAsync(destination);
        IReadOnlyList<Snapshot> snapshots = await SnapshotsAsync(destination);
        foreach (CopiedSnapshot each in copied)
        {
            Assert.Equal(
                there.Single(content => content.Id == each.Source.Id).Files, here.Single(content => content.Id == each.Copy).Files);
            Snapshot copy = snapshots.Single(snapshot => snapshot.Id == each.Copy);
            Assert.Equal((each.Source.Id, null, each.Source.Tree), ((SnapshotId?)copy.Original, copy.Parent, copy.Tree));
        }
    }

    private static async Task IsHealthyAsync(IBackend backend)
    {
        await using Repository repository = await Repository.OpenAsync(OptionsFor(backend) with { NoLock = true }, None);
        CheckReport report = await repository.CheckAsync(new CheckOptions { ReadData = PackSelection.All }, null, None);
        Assert.True(report.IsHealthy, string.Join('\n', report.Problems.Select(problem => problem.Message)));
    }

    private static async Task<Dictionary<BlobId, PackedBlob>> BlobsAsync(IBackend backend)
    {
        await using OpenedRepository opened = await OpenedRepository.OpenAsync(OptionsFor(backend), None);
        await opened.LoadIndexAsync(None);
        return opened.Index.Packs().SelectMany(pack => pack.Blobs).ToDictionary(blob => blob.Id);
    }

    /// <summary>A pack with data.</summary>
    private static async Task<FileHandle> PackAsync(IBackend backend)
    {
        await using OpenedRepository opened = await OpenedRepository.OpenAsync(OptionsFor(backend), None);
        await opened.LoadIndexAsync(None);
        IndexedPack pack = opened.Index.Packs().First(pack => pack.Blobs[0].Type == BlobType.Data);
        return new FileHandle(FileKind.Pack, pack.Id.Hash);
    }

    private async Task BackupAsync(IBackend backend, string host, params string[] tags)
    {
        await using Repository repository = await OpenAsync(backend);
        await repository.BackupAsync(new BackupOptions { Source = _files, Hostname = host, Tags = tags }, null, None);
    }

    /// <summary>Lets the machine sleep after the index is stored.</summary>
    private sealed class SleepyBackend(IBackend inner, Action sleep) : DelegatingBackend(new UndisposedBackend(inner))
    {
        public override bool ListsAtOnce => true;

        public override async Task SaveAsync(FileHandle file, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
        {
            await base.SaveAsync(file, content, cancellationToken);
            if (file.Kind == FileKind.Index)
            {
                sleep();
            }
        }
    }

    private void Fill(string folder)
    {
        for (int i = 0; i < 6; i++)
        {
            byte[] content = new byte[i == 0 ? 1_500_000 : _random.Next(1, 20_000)];
            _random.NextBytes(content);
            content.AsSpan(content.Length / 2).Clear(); // so that it can be compressed
            _files.Add($"/{folder}/{i % 2}/{i}", content);
        }
    }
}
