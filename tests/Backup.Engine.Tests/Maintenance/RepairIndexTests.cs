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
