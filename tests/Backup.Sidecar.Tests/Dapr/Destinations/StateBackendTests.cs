using Backup.Engine;
using Backup.Sidecar.Dapr.Destinations;
using Backup.TestKit.Dapr;

namespace Backup.Sidecar.Tests.Dapr.Destinations;

public sealed class StateBackendTests(SharedDapr shared) : BackendContract, IClassFixture<SharedDapr>
{
    private readonly string _name = Guid.NewGuid().ToString("n");

    [Theory]
    [InlineData(StateFlavor.Redis, false)]
    [InlineData(StateFlavor.Postgres, false)]
    [InlineData(StateFlavor.Sqlite, false)]
    [InlineData(StateFlavor.Sqlite, true)]
    public async Task Of_two_services_that_save_the_same_file_one_does(StateFlavor flavor, bool isTextOnly)
    {
        string store = $"{flavor}-{isTextOnly}";
        shared.Dapr.StateStores[store] = new StateStoreDouble(new StateBacking(flavor)) { IsTextOnly = isTextOnly };
        await using var one = new StateBackend(shared.Client, store, _name);
        await using var other = new StateBackend(shared.Client, store, _name);
        await one.CreateAsync(CancellationToken.None);

        bool[] saved = await Task.WhenAll(
            Enumerable.Range(0, 6).Select(i => TrySaveAsync(i % 2 == 0 ? one : other, (byte)i)));

        int winner = Assert.Single(Enumerable.Range(0, 6), i => saved[i]);
        byte[] content = await other.LoadAsync(FileHandle.Config, 700_000, CancellationToken.None);
        Assert.Equal(-1, content.AsSpan().IndexOfAnyExcept((byte)winner));
        Assert.Equal(600_000, content.Length);
        Assert.Equal(3, shared.Dapr.StateStores[store].Backing.Keys.Count(key => key.Contains("/parts/", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_store_without_versions_is_refused()
    {
        shared.Dapr.StateStores["plain"] = new StateStoreDouble { HasETags = false };
        await using var backend = new StateBackend(shared.Client, "plain", _name);

        BackendException error = await Assert.ThrowsAsync<BackendException>(() => backend.CreateAsync(CancellationToken.None));

        Assert.Contains("no ETags", error.Message, StringComparison.Ordinal);
        Assert.False(error.IsTransient);
    }

    [Fact]
    public async Task A_file_whose_label_was_stored_but_not_confirmed_is_there_all_the_same()
    {
        (FileHandle file, byte[] content) = NewFile(FileKind.Snapshot, 100);
        (FileHandle first, byte[] firstContent) = NewFile(FileKind.Snapshot, 100);
        await Backend.SaveAsync(first, firstContent, CancellationToken.None);
        shared.Dapr.Faults.Add(FaultKind.DropAfter, path => path.EndsWith("SaveState", StringComparison.Ordinal), skip: 1);

        await Backend.SaveAsync(file, content, CancellationToken.None);

        shared.Dapr.Faults.Clear();
        Assert.Equal(content, await Backend.LoadAsync(file, 100, CancellationToken.None));
        Assert.Equal(2, (await ListAsync(FileKind.Snapshot)).Count);
    }

    protected override IBackend Open()
    {
        shared.Dapr.StateStores.TryAdd("store", new StateStoreDouble());
        return new StateBackend(shared.Client, "store", _name);
    }

    private static async Task<bool> TrySaveAsync(StateBackend backend, byte value)
    {
        byte[] content = new byte[600_000];
        content.AsSpan().Fill(value);
        try
        {
            await backend.SaveAsync(FileHandle.Config, content, CancellationToken.None);
            return true;
        }
        catch (BackendFileExistsException)
        {
            return false;
        }
    }
}
