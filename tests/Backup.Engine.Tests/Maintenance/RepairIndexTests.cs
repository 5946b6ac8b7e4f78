using Backup.Engine.Repositories;
using Backup.Engine.Storage.Memory;
using Backup.Engine.Tests.Hostile;

namespace Backup.Engine.Tests.Maintenance;

/// <summary>Making the index say what is in the packs.</summary>
public sealed class RepairIndexTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;

    private RepairFixture _fixture = null!; // set before each test

    public async Task InitializeAsync() => _fixture = await RepairFixture.MakeAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Reading_all_packs_rebuilds_the_index_from_nothing()
    {
        RepositoryImage image = _fixture.Image;
        foreach (FileHandle index in _fixture.Image.Handles.Where(file => file.Kind == FileKind.Index))
        {
            image = image.With(index, null);
        }

        MemoryBackend backend = await image.ToBackendAsync();
        await using Repository repository = await Repository.OpenAsync(RepositoryImage.OptionsFor(backend), None);

        RepairIndexSummary summary = await repository.RepairIndexAsync(new RepairIndexOptions { ReadAllPacks = true }, null, None);

        Assert.Equal(_fixture.Image.Handles.Count(file => file.Kind == FileKind.Pack), summary.AddedPacks.Count);
        Assert.Empty((await RepairFixture.CheckAsync(repository)).Problems);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Where_all_packs_are_gone_the_index_is_left_alone(bool dryRun)
    {
        RepositoryImage image = _fixture.Image;
        foreach (FileHandle pack in _fixture.Image.Handles.Where(file => file.Kind == FileKind.Pack))
        {
            image = image.With(pack, null);
        }

        MemoryBackend backend = await image.ToBackendAsync();
        await using Repository repository = await Repository.OpenAsync(RepositoryImage.OptionsFor(backend), None);

        RepositoryDamagedException error = await Assert.ThrowsAsync<RepositoryDamagedException>(
            () => repository.RepairIndexAsync(new RepairIndexOptions { DryRun = dryRun }, null, None));

        Assert.Contains("not mounted", error.Message, StringComparison.Ordinal);
        Assert.Equal(image.Handles, (await RepositoryImage.OfAsync(backend)).Handles);
    }

    [Fact]
    public async Task A_pack_that_several_index_files_list_is_listed_once_afterwards()
    {
        MemoryBackend backend = await _fixture.Image.ToBackendAsync();
        await using (OpenedRepository opened = await OpenedRepository.OpenAsync(
            RepositoryImage.OptionsFor(new UndisposedBackend(backend)), None))
        {
            Digest first = _fixture.Image.Handles.First(file => file.Kind == FileKind.Index).Name;
            byte[] json = await opened.LoadUnpackedAsync(FileKind.Index, first, None);
            await opened.SaveUnpackedAsync(FileKind.Index, json.Append((byte)' ').ToArray(), None);
        }

        await using Repository repository = await Repository.OpenAsync(RepositoryImage.OptionsFor(backend), None);

        RepairIndexSummary summary = await repository.RepairIndexAsync(new RepairIndexOptions(), null, None);

        Assert.True(summary.HasChanges);
        Assert.Empty((await RepairFixture.CheckAsync(repository)).Problems);
    }
}
