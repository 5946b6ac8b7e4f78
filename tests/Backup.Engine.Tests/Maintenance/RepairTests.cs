using Backup.Engine.Indexing;
using Backup.Engine.Packs;
using Backup.Engine.Repositories;
using Backup.Engine.Storage.Memory;
using Backup.Engine.Tests.Hostile;

namespace Backup.Engine.Tests.Maintenance;

/// <summary>
/// Any single file of a repository is removed or damaged: a check names it, and the repairs that it asks for bring back
/// everything that is still there and say exactly what is lost.
/// </summary>
public sealed class RepairTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;

    private RepositoryImage _image = null!; // set before each test
    private List<SnapshotContent> _contents = [];

    /// <summary>Ways to damage a file.</summary>
    public enum Damage
    {
        Removed,
        Truncated,
        Emptied,
        Flipped,
        FlippedAtEnd,
    }

    public async Task InitializeAsync()
    {
        var backend = new MemoryBackend();
        await (await Repository.CreateAsync(RepositoryImage.OptionsFor(backend), None)).DisposeAsync();
        var source = new MemorySource();
        var random = new Random(7);
        Fill(source, random, "a");
        await BackupAsync(backend, source);
        Fill(source, random, "b/deep/er");
        await BackupAsync(backend, source);
        _image = await RepositoryImage.OfAsync(backend);
        _contents = await SnapshotContent.OfAllAsync(await _image.ToBackendAsync());
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [InlineData(Damage.Removed)]
    [InlineData(Damage.Truncated)]
    [InlineData(Damage.Emptied)]
    [InlineData(Damage.Flipped)]
    [InlineData(Damage.FlippedAtEnd)]
    public async Task What_is_still_there_comes_back_and_what_is_lost_is_named(Damage damage)
    {
        foreach (FileHandle file in _image.Handles.Where(file => file.Kind is FileKind.Index or FileKind.Pack))
        {
            MemoryBackend backend = await _image.With(file, Damaged(_image[file], damage)).ToBackendAsync();
            HashSet<(BlobType, BlobId)> lost = file.Kind == FileKind.Pack ? await LostAsync(file, damage) : [];
            await using Repository repository = await Repository.OpenAsync(RepositoryImage.OptionsFor(backend), None);

            CheckReport before = await CheckAsync(repository);
            List<SnapshotRepair> repairs = await RepairAsync(repository, before);
            CheckReport after = await CheckAsync(repository);

            Assert.False(before.IsHealthy && before.Hints == 0, $"{damage} {file} was not found");
            Assert.True(
                (file.Kind == FileKind.Index && damage == Damage.Removed) || before.Problems.Any(problem => problem.File == file),
                $"{damage} {file} was not named: {string.Join('\n', before.Problems.Select(problem => problem.Message))}");
            Assert.True(after.IsHealthy, $"{damage} {file}: {string.Join('\n', after.Problems.Select(problem => problem.Message))}");
            List<SnapshotContent> contents = await SnapshotContent.OfAllAsync(backend);
            Assert.Equal(_contents.Count, contents.Count + repairs.Count(repair => repair is { IsRemoved: true, Replacement: null }));
            foreach (SnapshotContent expected in _contents)
            {
                SnapshotRepair? repair = repairs.Find(repair => repair.Snapshot == expected.Id);
                Assert.Equal(expected.LossesWithout(lost), (repair?.Losses ?? []).Select(loss => loss.Path).Order(StringComparer.Ordinal));
                if (repair is null || repair.Replacement is not null)
                {
                    SnapshotId id = repair?.Replacement ?? expected.Id;
                    Assert.Equal(expected.Without(lost), contents.Single(content => content.Id == id).Files);
                }
            }
        }
    }

    [Theory]
    [InlineData(Damage.Truncated)]
    [InlineData(Damage.Emptied)]
    [InlineData(Damage.Flipped)]
    public async Task A_damaged_snapshot_file_is_removed_only_when_it_is_named(Damage damage)
    {
        FileHandle file = _image.Handles.First(file => file.Kind == FileKind.Snapshot);
        MemoryBackend backend = await _image.With(file, Damaged(_image[file], damage)).ToBackendAsync();
        await using Repository repository = await Repository.OpenAsync(RepositoryImage.OptionsFor(backend), None);

        RepairSnapshotsSummary all = await repository.RepairSnapshotsAsync(new RepairSnapshotsOptions { Forget = true }, null, None);
        RepairSnapshotsSummary named = await repository.RepairSnapshotsAsync(
            new RepairSnapshotsOptions { Snapshots = [file.Name.ToString()[..10]], Forget = true }, null, None);

        Assert.False(Assert.Single(all.Snapshots).IsRemoved);
        Assert.Equal(SnapshotLossKind.Everything, Assert.Single(all.Snapshots[0].Losses).Kind);
        Assert.True(Assert.Single(named.Snapshots).IsRemoved);
        Assert.True((await CheckAsync(repository)).IsHealthy);
    }

    [Fact]
    public async Task Snapshots_are_not_judged_by_an_index_that_lists_what_is_gone()
    {
        FileHandle pack = await PackOfAsync(BlobType.Data);
        MemoryBackend backend = await _image.With(pack, null).ToBackendAsync();
        await using Repository repository = await Repository.OpenAsync(RepositoryImage.OptionsFor(backend), None);

        RepositoryDamagedException error = await Assert.ThrowsAsync<RepositoryDamagedException>(
            () => repository.RepairSnapshotsAsync(new RepairSnapshotsOptions { DryRun = true }, null, None));

        Assert.Contains(pack.Name.ToString(), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_written_where_nothing_is_wrong()
    {
        MemoryBackend backend = await _image.ToBackendAsync();
        FaultyBackend recording = FaultyBackend.Recording(backend);
        await using Repository repository = await Repository.OpenAsync(RepositoryImage.OptionsFor(recording), None);

        RepairIndexSummary index = await repository.RepairIndexAsync(new RepairIndexOptions(), null, None);
        RepairSnapshotsSummary snapshots = await repository.RepairSnapshotsAsync(new RepairSnapshotsOptions { Forget = true }, null, None);

        Assert.False(index.HasChanges);
        Assert.Empty(snapshots.Snapshots);
        Assert.Equal(2, snapshots.Complete);
        Assert.DoesNotContain(recording.Calls, call => call.Operation is BackendOperation.Save or BackendOperation.Delete && call.File.Kind != FileKind.Lock);
    }

    [Fact]
    public async Task A_dry_run_changes_nothing()
    {
        FileHandle pack = await PackOfAsync(BlobType.Data);
        FileHandle index = _image.Handles.First(file => file.Kind == FileKind.Index);
        MemoryBackend backend = await _image.With(pack, _image[pack][..^100]).With(index, null).ToBackendAsync();
        RepositoryImage before = await RepositoryImage.OfAsync(backend);
        await using Repository repository = await Repository.OpenAsync(RepositoryImage.OptionsFor(backend), None);

        RepairIndexSummary indexSummary = await repository.RepairIndexAsync(new RepairIndexOptions { DryRun = true }, null, None);
        RepairPacksSummary packsSummary = await repository.RepairPacksAsync(
            new RepairPacksOptions { Packs = [pack.Name.ToString()], DryRun = true }, null, None);
        await repository.RepairSnapshotsAsync(new RepairSnapshotsOptions { DryRun = true, Forget = true }, null, None);

        Assert.True(indexSummary is { IsDryRun: true, HasChanges: true });
        Assert.True(Assert.Single(packsSummary.Packs).Pack.Hash == pack.Name);
        Assert.Equal(before.Handles, (await RepositoryImage.OfAsync(backend)).Handles);
    }

    [Fact]
    public async Task Reading_all_packs_rebuilds_the_index_from_nothing()
    {
        RepositoryImage image = _image;
        foreach (FileHandle index in _image.Handles.Where(file => file.Kind == FileKind.Index))
        {
            image = image.With(index, null);
        }

        MemoryBackend backend = await image.ToBackendAsync();
        await using Repository repository = await Repository.OpenAsync(RepositoryImage.OptionsFor(backend), None);

        RepairIndexSummary summary = await repository.RepairIndexAsync(new RepairIndexOptions { ReadAllPacks = true }, null, None);

        Assert.Equal(_image.Handles.Count(file => file.Kind == FileKind.Pack), summary.AddedPacks.Count);
        Assert.Empty((await CheckAsync(repository)).Problems);
    }

    [Fact]
    public async Task A_pack_that_several_index_files_list_is_listed_once_afterwards()
    {
        MemoryBackend backend = await _image.ToBackendAsync();
        await using (OpenedRepository opened = await OpenedRepository.OpenAsync(
            RepositoryImage.OptionsFor(new UndisposedBackend(backend)), None))
        {
            Digest first = _image.Handles.First(file => file.Kind == FileKind.Index).Name;
            byte[] json = await opened.LoadUnpackedAsync(FileKind.Index, first, None);
            await opened.SaveUnpackedAsync(FileKind.Index, json.Append((byte)' ').ToArray(), None);
        }

        await using Repository repository = await Repository.OpenAsync(RepositoryImage.OptionsFor(backend), None);

        RepairIndexSummary summary = await repository.RepairIndexAsync(new RepairIndexOptions(), null, None);

        Assert.True(summary.HasChanges);
        Assert.Empty((await CheckAsync(repository)).Problems);
    }

    [Fact]
    public async Task A_copy_of_a_damaged_pack_is_kept()
    {
        using var folder = new TempFolder();
        FileHandle pack = await PackOfAsync(BlobType.Data);
        byte[] damaged = Damaged(_image[pack], Damage.Flipped) ?? [];
        MemoryBackend backend = await _image.With(pack, damaged).ToBackendAsync();
        await using Repository repository = await Repository.OpenAsync(RepositoryImage.OptionsFor(backend), None);
        var options = new RepairPacksOptions { Packs = [pack.Name.ToString()[..12]], CopyTo = folder.FullName };

        RepairPacksSummary summary = await repository.RepairPacksAsync(options, null, None);

        PackRepair repair = Assert.Single(summary.Packs);
        Assert.True(repair is { HasCopy: true, BlobsSaved: > 0, BlobsLost.Count: 1 });
        Assert.Equal(damaged, await File.ReadAllBytesAsync(folder.Combine($"pack-{pack.Name}")));
        await Assert.ThrowsAsync<ItemNotFoundException>(() => repository.RepairPacksAsync(options, null, None));
    }

    [Fact]
    public async Task Without_forgetting_the_damaged_snapshots_stay_and_the_repaired_ones_are_tagged()
    {
        FileHandle pack = await PackOfAsync(BlobType.Data);
        MemoryBackend backend = await _image.With(pack, null).ToBackendAsync();
        await using Repository repository = await Repository.OpenAsync(RepositoryImage.OptionsFor(backend), None);
        await repository.RepairIndexAsync(new RepairIndexOptions(), null, None);

        RepairSnapshotsSummary summary = await repository.RepairSnapshotsAsync(new RepairSnapshotsOptions(), null, None);

        SnapshotList list = await repository.ListSnapshotsAsync(new SnapshotListOptions(), None);
        Snapshot[] repaired = [.. list.Groups.SelectMany(group => group.Snapshots).Where(snapshot => snapshot.Tags.Contains("repaired"))];
        Assert.Equal(
            summary.Snapshots.Select(repair => repair.Replacement).ToHashSet(),
            repaired.Select(snapshot => (SnapshotId?)snapshot.Id).ToHashSet());
        Assert.All(repaired, snapshot => Assert.Contains(summary.Snapshots, repair => repair.Snapshot == snapshot.Original));
        Assert.All(summary.Snapshots, repair => Assert.False(repair.IsRemoved));
    }

    [Theory]
    [InlineData(FaultKind.Before)]
    [InlineData(FaultKind.After)]
    [InlineData(FaultKind.Onwards)]
    public Task A_call_that_fails_loses_nothing_that_a_second_run_does_not_bring_back(FaultKind kind) => FailAsync(kind, step: 9);

    [Theory]
    [Trait("Category", "Slow")]
    [InlineData(FaultKind.Before)]
    [InlineData(FaultKind.After)]
    [InlineData(FaultKind.Onwards)]
    public Task Each_call_that_fails_loses_nothing_that_a_second_run_does_not_bring_back(FaultKind kind) => FailAsync(kind, step: 1);

    private async Task FailAsync(FaultKind kind, int step)
    {
        FileHandle index = _image.Handles.First(file => file.Kind == FileKind.Index);
        FileHandle pack = await PackOfAsync(BlobType.Data);
        RepositoryImage image = _image.With(index, Damaged(_image[index], Damage.Flipped)).With(pack, Damaged(_image[pack], Damage.Flipped));
        HashSet<(BlobType, BlobId)> lost = await LostAsync(pack, Damage.Flipped);
        FaultyBackend counting = FaultyBackend.Recording(await image.ToBackendAsync());
        await RepairAllAsync(counting, pack);
        int failed = 0;
        for (int n = 1; n <= counting.CallCount; n += step)
        {
            MemoryBackend copy = await image.ToBackendAsync();
            Exception? failure = await Record.ExceptionAsync(() => RepairAllAsync(Faulty(copy, n, kind), pack));
            failed += failure is null ? 0 : 1;
            Assert.True(failure is null or BackupException, $"call {n}: {failure}");
            await RemoveLocksAsync(copy);

            await RepairAllAsync(new UndisposedBackend(copy), pack);

            List<SnapshotContent> contents = await SnapshotContent.OfAllAsync(copy);
            foreach (SnapshotContent expected in _contents)
            {
                Dictionary<string, string> files = expected.Without(lost);
                Assert.Contains(contents, content => content.Files.SequenceEqual(files));
            }
        }

        Assert.True(failed > counting.CallCount / step / 4, $"{counting.CallCount} calls failed in turn, but only {failed} repairs");
    }

    /// <summary>Which calls fail.</summary>
    public enum FaultKind
    {
        Before,
        After,
        Onwards,
    }

    private static FaultyBackend Faulty(MemoryBackend backend, int n, FaultKind kind) => kind switch
    {
        FaultKind.Before => FaultyBackend.FailsBefore(backend, n),
        FaultKind.After => FaultyBackend.FailsAfter(backend, n),
        _ => FaultyBackend.StopsAfter(backend, n),
    };

    private static async Task RepairAllAsync(IBackend backend, FileHandle pack)
    {
        await using Repository repository = await Repository.OpenAsync(RepositoryImage.OptionsFor(backend), None);
        await repository.RepairIndexAsync(new RepairIndexOptions(), null, None);
        try
        {
            await repository.RepairPacksAsync(new RepairPacksOptions { Packs = [pack.Name.ToString()] }, null, None);
        }
        catch (ItemNotFoundException)
        {
            // The run before has repaired it, and failed afterwards.
        }

        await repository.RepairSnapshotsAsync(new RepairSnapshotsOptions { Forget = true }, null, None);
    }

    private static async Task RemoveLocksAsync(MemoryBackend backend)
    {
        foreach (BackendFile file in await backend.ListAsync(FileKind.Lock, None).ToListAsync())
        {
            await backend.DeleteAsync(file.Handle, None);
        }
    }

    /// <summary>Does what the check says, in that order.</summary>
    private static async Task<List<SnapshotRepair>> RepairAsync(Repository repository, CheckReport report)
    {
        if (report.SuggestsRepairIndex)
        {
            await repository.RepairIndexAsync(new RepairIndexOptions(), null, None);
        }

        if (report.PacksToRepair.Count > 0)
        {
            await repository.RepairPacksAsync(
                new RepairPacksOptions { Packs = [.. report.PacksToRepair.Select(pack => pack.ToString())] }, null, None);
        }

        if (!report.SuggestsRepairSnapshots)
        {
            return [];
        }

        var told = new List<(SnapshotId, SnapshotLoss)>();
        RepairSnapshotsSummary summary = await repository.RepairSnapshotsAsync(
            new RepairSnapshotsOptions { Forget = true, LossFound = (id, loss) => told.Add((id, loss)) }, null, None);
        Assert.Equal(summary.Snapshots.SelectMany(repair => repair.Losses.Select(loss => (repair.Snapshot, loss))), told);
        return [.. summary.Snapshots];
    }

    private static byte[]? Damaged(byte[] sound, Damage damage)
    {
        byte[] flipped = [.. sound];
        switch (damage)
        {
            case Damage.Removed:
                return null;
            case Damage.Truncated:
                return sound[..(sound.Length / 2)];
            case Damage.Emptied:
                return [];
            case Damage.Flipped:
                flipped[flipped.Length / 2] ^= 1;
                return flipped;
            default:
                flipped[^6] ^= 1; // in a pack: its header
                return flipped;
        }
    }

    /// <summary>The blobs that damage to a pack takes away.</summary>
    private async Task<HashSet<(BlobType, BlobId)>> LostAsync(FileHandle pack, Damage damage)
    {
        int size = _image[pack].Length;
        IReadOnlyList<PackedBlob> blobs = await BlobsOfAsync(pack);
        return
        [
            .. blobs.Where(blob => damage switch
            {
                Damage.Removed or Damage.Emptied => true,
                Damage.Truncated => blob.Offset + blob.Length > size / 2,
                Damage.Flipped => blob.Offset <= size / 2 && size / 2 < blob.Offset + blob.Length,
                _ => false,
            }).Select(blob => (blob.Type, blob.Id)),
        ];
    }

    private async Task<IReadOnlyList<PackedBlob>> BlobsOfAsync(FileHandle pack)
    {
        await using OpenedRepository opened = await OpenedRepository.OpenAsync(
            RepositoryImage.OptionsFor(await _image.ToBackendAsync()), None);
        await opened.LoadIndexAsync(None);
        Assert.True(opened.Index.TryFindPack(new PackId(pack.Name), out IndexedPack? found));
        return found.Blobs;
    }

    /// <summary>The pack of a type with the most blobs.</summary>
    private async Task<FileHandle> PackOfAsync(BlobType type)
    {
        await using OpenedRepository opened = await OpenedRepository.OpenAsync(
            RepositoryImage.OptionsFor(await _image.ToBackendAsync()), None);
        await opened.LoadIndexAsync(None);
        PackId pack = opened.Index.Packs().Where(pack => pack.Blobs[0].Type == type).MaxBy(pack => pack.Blobs.Count)!.Id;
        return new FileHandle(FileKind.Pack, pack.Hash);
    }

    private static Task<CheckReport> CheckAsync(Repository repository) =>
        repository.CheckAsync(new CheckOptions { ReadData = PackSelection.All }, null, None);

    private static async Task BackupAsync(MemoryBackend backend, MemorySource source)
    {
        await using Repository repository = await Repository.OpenAsync(
            RepositoryImage.OptionsFor(new UndisposedBackend(backend)), None);
        await repository.BackupAsync(new BackupOptions { Source = source, Hostname = "host" }, null, None);
    }

    private static void Fill(MemorySource source, Random random, string folder)
    {
        for (int i = 0; i < 8; i++)
        {
            byte[] content = new byte[i == 0 ? 2_500_000 : random.Next(1, 20_000)];
            random.NextBytes(content);
            source.Add($"/{folder}/{i % 3}/{i}", content);
        }
    }
}
