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

    private RepairFixture _fixture = null!; // set before each test

    public async Task InitializeAsync() => _fixture = await RepairFixture.MakeAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [InlineData(FileDamage.Removed)]
    [InlineData(FileDamage.Truncated)]
    [InlineData(FileDamage.Emptied)]
    [InlineData(FileDamage.Flipped)]
    [InlineData(FileDamage.FlippedAtEnd)]
    public async Task What_is_still_there_comes_back_and_what_is_lost_is_named(FileDamage damage)
    {
        foreach (FileHandle file in _fixture.Image.Handles.Where(file => file.Kind is FileKind.Index or FileKind.Pack))
        {
            MemoryBackend backend = await _fixture.Image.With(file, RepairFixture.Damaged(_fixture.Image[file], damage)).ToBackendAsync();
            HashSet<(BlobType, BlobId)> lost = file.Kind == FileKind.Pack ? await _fixture.LostAsync(file, damage) : [];
            await using Repository repository = await Repository.OpenAsync(RepositoryImage.OptionsFor(backend), None);

            CheckReport before = await RepairFixture.CheckAsync(repository);
            List<SnapshotRepair> repairs = await RepairAsync(repository, before);
            CheckReport after = await RepairFixture.CheckAsync(repository);

            Assert.False(before.IsHealthy && before.Hints == 0, $"{damage} {file} was not found");
            Assert.True(
                (file.Kind == FileKind.Index && damage == FileDamage.Removed) || before.Problems.Any(problem => problem.File == file),
                $"{damage} {file} was not named: {string.Join('\n', before.Problems.Select(problem => problem.Message))}");
            Assert.True(after.IsHealthy, $"{damage} {file}: {string.Join('\n', after.Problems.Select(problem => problem.Message))}");
            List<SnapshotContent> contents = await SnapshotContent.OfAllAsync(backend);
            Assert.Equal(_fixture.Contents.Count, contents.Count + repairs.Count(repair => repair is { IsRemoved: true, Replacement: null }));
            foreach (SnapshotContent expected in _fixture.Contents)
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
    [Fact]
    public async Task Nothing_is_written_where_nothing_is_wrong()
    {
        MemoryBackend backend = await _fixture.Image.ToBackendAsync();
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
        FileHandle pack = await _fixture.PackOfAsync(BlobType.Data);
        FileHandle index = _fixture.Image.Handles.First(file => file.Kind == FileKind.Index);
        MemoryBackend backend = await _fixture.Image.With(pack, _fixture.Image[pack][..^100]).With(index, null).ToBackendAsync();
        RepositoryImage before = await RepositoryImage.OfAsync(backend);
        await using Repository repository = await Repository.OpenAsync(RepositoryImage.OptionsFor(backend), None);

        RepairIndexSummary indexSummary = await repository.RepairIndexAsync(new RepairIndexOptions { DryRun = true }, null, None);
        RepairPacksSummary packsSummary = await repository.RepairPacksAsync(
            new RepairPacksOptions { Packs = [pack.Name.ToString()], DryRun = true }, null, None);
        await Assert.ThrowsAsync<RepositoryDamagedException>( // what the index does not list is not lost
            () => repository.RepairSnapshotsAsync(new RepairSnapshotsOptions { DryRun = true, Forget = true }, null, None));

        Assert.True(indexSummary is { IsDryRun: true, HasChanges: true });
        Assert.True(Assert.Single(packsSummary.Packs).Pack.Hash == pack.Name);
        Assert.Equal(before.Handles, (await RepositoryImage.OfAsync(backend)).Handles);
    }

    [Fact]
    public async Task A_dry_run_tells_what_snapshots_have_lost_and_changes_nothing()
    {
        MemoryBackend backend = await _fixture.Image.With(await _fixture.PackOfAsync(BlobType.Data), null).ToBackendAsync();
        await using Repository repository = await Repository.OpenAsync(RepositoryImage.OptionsFor(backend), None);
        await repository.RepairIndexAsync(new RepairIndexOptions(), null, None);
        RepositoryImage before = await RepositoryImage.OfAsync(backend);

        RepairSnapshotsSummary summary = await repository.RepairSnapshotsAsync(
            new RepairSnapshotsOptions { DryRun = true, Forget = true }, null, None);

        Assert.True(summary.IsDryRun);
        Assert.NotEmpty(summary.Snapshots);
        Assert.Equal(before.Handles, (await RepositoryImage.OfAsync(backend)).Handles);
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
}
