using Backup.Engine.Storage.Memory;
using Backup.Engine.Tests.Hostile;
using Backup.Engine.Tests.Maintenance;

namespace Backup.Engine.Tests.Crash;

/// <summary>Each call that repairs make to their backend fails once: a second run brings everything back that is still there.</summary>
public sealed class FailingRepairTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;

    private RepairFixture _fixture = null!; // set before each test

    public async Task InitializeAsync() => _fixture = await RepairFixture.MakeAsync();

    public Task DisposeAsync() => Task.CompletedTask;


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
        FileHandle index = _fixture.Image.Handles.First(file => file.Kind == FileKind.Index);
        FileHandle pack = await _fixture.PackOfAsync(BlobType.Data);
        RepositoryImage image = _fixture.Image.With(index, RepairFixture.Damaged(_fixture.Image[index], FileDamage.Flipped)).With(pack, RepairFixture.Damaged(_fixture.Image[pack], FileDamage.Flipped));
        HashSet<(BlobType, BlobId)> lost = await _fixture.LostAsync(pack, FileDamage.Flipped);
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
            foreach (SnapshotContent expected in _fixture.Contents)
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
}
