using Backup.Engine.Storage.Memory;
using Backup.Engine.Tests.Hostile;

namespace Backup.Engine.Tests.Maintenance;

/// <summary>Replacing snapshots that have lost something by ones with what is left.</summary>
public sealed class RepairSnapshotsTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;

    private RepairFixture _fixture = null!; // set before each test

    public async Task InitializeAsync() => _fixture = await RepairFixture.MakeAsync();

    public Task DisposeAsync() => Task.CompletedTask;


    [Theory]
    [InlineData(FileDamage.Truncated)]
    [InlineData(FileDamage.Emptied)]
    [InlineData(FileDamage.Flipped)]
    public async Task A_damaged_snapshot_file_is_removed_only_when_it_is_named(FileDamage damage)
    {
        FileHandle file = _fixture.Image.Handles.First(file => file.Kind == FileKind.Snapshot);
        MemoryBackend backend = await _fixture.Image.With(file, RepairFixture.Damaged(_fixture.Image[file], damage)).ToBackendAsync();
        await using Repository repository = await Repository.OpenAsync(RepositoryImage.OptionsFor(backend), None);

        RepairSnapshotsSummary all = await repository.RepairSnapshotsAsync(new RepairSnapshotsOptions { Forget = true }, null, None);
        RepairSnapshotsSummary named = await repository.RepairSnapshotsAsync(
            new RepairSnapshotsOptions { Snapshots = [file.Name.ToString()[..10]], Forget = true }, null, None);

        Assert.False(Assert.Single(all.Snapshots).IsRemoved);
        Assert.Equal(SnapshotLossKind.Everything, Assert.Single(all.Snapshots[0].Losses).Kind);
        Assert.True(Assert.Single(named.Snapshots).IsRemoved);
        Assert.True((await RepairFixture.CheckAsync(repository)).IsHealthy);
    }

    [Fact]
    public async Task Snapshots_are_not_judged_by_an_index_that_lists_what_is_gone()
    {
        FileHandle pack = await _fixture.PackOfAsync(BlobType.Data);
        MemoryBackend backend = await _fixture.Image.With(pack, null).ToBackendAsync();
        await using Repository repository = await Repository.OpenAsync(RepositoryImage.OptionsFor(backend), None);

        RepositoryDamagedException error = await Assert.ThrowsAsync<RepositoryDamagedException>(
            () => repository.RepairSnapshotsAsync(new RepairSnapshotsOptions { DryRun = true }, null, None));

        Assert.Contains(pack.Name.ToString(), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_in_packs_that_no_index_lists_is_not_given_up()
    {
        RepositoryImage image = _fixture.Image;
        foreach (FileHandle index in _fixture.Image.Handles.Where(file => file.Kind == FileKind.Index))
        {
            image = image.With(index, null);
        }

        MemoryBackend backend = await image.ToBackendAsync();
        await using Repository repository = await Repository.OpenAsync(RepositoryImage.OptionsFor(backend), None);

        RepositoryDamagedException error = await Assert.ThrowsAsync<RepositoryDamagedException>(
            () => repository.RepairSnapshotsAsync(new RepairSnapshotsOptions { Forget = true }, null, None));

        Assert.Contains("Repair the index first", error.Message, StringComparison.Ordinal);
        Assert.Equal(
            image.Handles.Where(file => file.Kind == FileKind.Snapshot).ToHashSet(),
            (await RepositoryImage.OfAsync(backend)).Handles.Where(file => file.Kind == FileKind.Snapshot).ToHashSet());
        await repository.RepairIndexAsync(new RepairIndexOptions(), null, None);
        RepairSnapshotsSummary summary = await repository.RepairSnapshotsAsync(new RepairSnapshotsOptions { Forget = true }, null, None);
        Assert.Empty(summary.Snapshots);
        Assert.True((await RepairFixture.CheckAsync(repository)).IsHealthy);
    }

    [Fact]
    public async Task Without_forgetting_the_damaged_snapshots_stay_and_the_repaired_ones_are_tagged()
    {
        FileHandle pack = await _fixture.PackOfAsync(BlobType.Data);
        MemoryBackend backend = await _fixture.Image.With(pack, null).ToBackendAsync();
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
}
