using Backup.Engine.Storage.Memory;
using Backup.Engine.Tests.Hostile;

namespace Backup.Engine.Tests.Maintenance;

/// <summary>Saving what is sound of a damaged pack.</summary>
public sealed class RepairPacksTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;

    private RepairFixture _fixture = null!; // set before each test

    public async Task InitializeAsync() => _fixture = await RepairFixture.MakeAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task A_copy_of_a_damaged_pack_is_kept()
    {
        using var folder = new TempFolder();
        FileHandle pack = await _fixture.PackOfAsync(BlobType.Data);
        byte[] damaged = RepairFixture.Damaged(_fixture.Image[pack], FileDamage.Flipped) ?? [];
        MemoryBackend backend = await _fixture.Image.With(pack, damaged).ToBackendAsync();
        await using Repository repository = await Repository.OpenAsync(RepositoryImage.OptionsFor(backend), None);
        var options = new RepairPacksOptions { Packs = [pack.Name.ToString()[..12]], CopyTo = folder.FullName };

        RepairPacksSummary summary = await repository.RepairPacksAsync(options, null, None);

        PackRepair repair = Assert.Single(summary.Packs);
        Assert.True(repair is { HasCopy: true, BlobsSaved: > 0, BlobsLost.Count: 1 });
        Assert.Equal(damaged, await File.ReadAllBytesAsync(folder.Combine($"pack-{pack.Name}")));
        await Assert.ThrowsAsync<ItemNotFoundException>(() => repository.RepairPacksAsync(options, null, None));
    }
}
