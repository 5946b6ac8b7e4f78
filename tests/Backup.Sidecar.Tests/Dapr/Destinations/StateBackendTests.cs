using Backup.Engine;
using Backup.Sidecar.Dapr.Destinations;
using Backup.Sidecar.Tests.Hosting;
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
        shared.Dapr.Faults.Add(
            FaultKind.DropAfter, path => path.EndsWith("SaveState", StringComparison.Ordinal), skip: 1, containing: "/register/snapshots");

        await Backend.SaveAsync(file, content, CancellationToken.None);

        shared.Dapr.Faults.Clear();
        Assert.Equal(content, await Backend.LoadAsync(file, 100, CancellationToken.None));
        Assert.Equal(2, (await ListAsync(FileKind.Snapshot)).Count);
    }

    [Fact]
    public async Task What_an_interrupted_upload_left_goes_when_it_is_a_day_old()
    {
        var time = new FakeTime();
        StateDatabase backing = NewStore("sweep");
        await using var doomed = new StateBackend(shared.Client, "sweep", _name, time: time);
        (FileHandle file, byte[] content) = NewFile(FileKind.Pack, 600_000);
        (FileHandle other, byte[] otherContent) = NewFile(FileKind.Pack, 300_000);
        await doomed.SaveAsync(other, otherContent, CancellationToken.None);
        using var killed = new CancellationTokenSource();
        shared.Dapr.Faults.Add(FaultKind.Hold, containing: $"{_name}/parts/packs", skip: 1);

        Task saving = doomed.SaveAsync(file, content, killed.Token);
        await DaprService.UntilAsync(() => !shared.Dapr.Faults.IsPending);
        await killed.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => saving);
        shared.Dapr.ReleaseHeld();
        await DaprService.UntilAsync(() => Parts(backing) == 4);
        await LookAfterAsync("sweep", time);
        int early = Parts(backing);
        time.Advance(TimeSpan.FromHours(25));
        await LookAfterAsync("sweep", time);

        Assert.Equal(4, early);
        Assert.Equal(2, Parts(backing));
        Assert.Equal(otherContent, await doomed.LoadAsync(other, otherContent.Length, CancellationToken.None));
        await doomed.SaveAsync(file, content, CancellationToken.None);
        Assert.Equal(content, await doomed.LoadAsync(file, content.Length, CancellationToken.None));
    }

    [Fact]
    public async Task A_removal_that_was_interrupted_is_finished_and_the_file_is_gone_at_once()
    {
        var time = new FakeTime();
        StateDatabase backing = NewStore("removal");
        await using var doomed = new StateBackend(shared.Client, "removal", _name, time: time);
        (FileHandle file, byte[] content) = NewFile(FileKind.Pack, 600_000);
        await doomed.SaveAsync(file, content, CancellationToken.None);
        shared.Dapr.Faults.Add(FaultKind.DropBefore, path => path.EndsWith("DeleteState", StringComparison.Ordinal), count: 3);

        await Assert.ThrowsAsync<BackendException>(() => doomed.DeleteAsync(file, CancellationToken.None));
        shared.Dapr.Faults.Clear();
        List<BackendFile> seen = await doomed.ListAsync(FileKind.Pack, CancellationToken.None).ToListAsync();
        int left = Parts(backing);
        time.Advance(TimeSpan.FromHours(25));
        await LookAfterAsync("removal", time);

        Assert.Empty(seen);
        Assert.NotEqual(0, left);
        Assert.Equal(0, Parts(backing));
    }

    [Fact]
    public async Task An_upload_that_was_taken_for_an_interrupted_one_fails_and_leaves_no_half_of_a_file()
    {
        var time = new FakeTime();
        NewStore("slow");
        await using var slow = new StateBackend(shared.Client, "slow", _name, time: time);
        (FileHandle file, byte[] content) = NewFile(FileKind.Snapshot, 100);
        shared.Dapr.Faults.Add(FaultKind.Hold, path => path.EndsWith("SaveState", StringComparison.Ordinal), containing: $"{_name}/register/snapshots", skip: 1);

        Task saving = slow.SaveAsync(file, content, CancellationToken.None);
        await DaprService.UntilAsync(() => !shared.Dapr.Faults.IsPending); // its label is on the way
        time.Advance(TimeSpan.FromHours(25));
        await LookAfterAsync("slow", time);
        shared.Dapr.ReleaseHeld();

        BackendException error = await Assert.ThrowsAsync<BackendException>(() => saving);
        Assert.Contains("interrupted upload", error.Message, StringComparison.Ordinal);
        Assert.Empty(await slow.ListAsync(FileKind.Snapshot, CancellationToken.None).ToListAsync());
    }

    private StateDatabase NewStore(string store) => (shared.Dapr.StateStores[store] = new StateStoreDouble()).Backing;

    /// <summary>What a check or a prune does in another process.</summary>
    private async Task LookAfterAsync(string store, TimeProvider time)
    {
        await using var another = new StateBackend(shared.Client, store, _name, time: time);
        await another.ListAsync(FileKind.Pack, CancellationToken.None).ToListAsync();
        await another.DeleteAsync(new FileHandle(FileKind.Lock, Digest.Of("lock"u8)), CancellationToken.None);
    }

    private static int Parts(StateDatabase backing) => backing.Keys.Count(key => key.Contains("/parts/", StringComparison.Ordinal));

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
