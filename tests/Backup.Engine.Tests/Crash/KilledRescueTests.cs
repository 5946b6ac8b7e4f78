using Backup.Engine.Tests.Interop;
using Backup.TestKit.Files;

namespace Backup.Engine.Tests.Crash;

/// <summary>Replication, recovery, upgrades and new configs that are killed at any moment lose nothing, and the next run finishes the job.</summary>
public sealed class KilledRescueTests : IDisposable
{
    private const int Few = 2;
    private const int Many = 40;

    private readonly TempFolder _folder = new();
    private readonly Random _random = new();
    private readonly string _source;
    private readonly string _location;
    private readonly OwnEngine _own;

    public KilledRescueTests()
    {
        _source = _folder.CreateFolder("source");
        _location = _folder.Combine("repository");
        _own = EngineAt(_location);
    }

    public void Dispose() => _folder.Dispose();

    [FactIfOnPath("restic")]
    public Task Replicating() => ReplicateAsync(Few);

    [FactIfOnPath("restic")]
    [Trait("Category", "Slow")]
    public Task Replicating_often() => ReplicateAsync(Many);

    [FactIfOnPath("restic")]
    public Task Recovering() => RecoverAsync(Few);

    [FactIfOnPath("restic")]
    [Trait("Category", "Slow")]
    public Task Recovering_often() => RecoverAsync(Many);

    [FactIfOnPath("restic")]
    public Task Upgrading() => UpgradeAsync(Few);

    [FactIfOnPath("restic")]
    [Trait("Category", "Slow")]
    public Task Upgrading_often() => UpgradeAsync(Many);

    [FactIfOnPath("restic")]
    public Task Making_a_config_anew() => RepairConfigAsync(Few);

    [FactIfOnPath("restic")]
    [Trait("Category", "Slow")]
    public Task Making_a_config_anew_often() => RepairConfigAsync(Many);

    private async Task ReplicateAsync(int kills)
    {
        await _own.InitAsync();
        string location = _folder.Combine("replica");
        OwnEngine replica = EngineAt(location);
        await using (Repository original = await Repository.OpenAsync(_own.Options, CancellationToken.None))
        {
            await (await Repository.CreateReplicaAsync(original, replica.Options, CancellationToken.None)).DisposeAsync();
        }

        await RandomKills.RunAsync(
            kills,
            _random,
            async () =>
            {
                await BackUpAsync(_own);
                return ["replicate", location, _location];
            },
            async () =>
            {
                await replica.UnlockAsync();
                await replica.CheckAsync();
            });

        await RandomKills.FinishAsync("replicate", location, _location);
        Assert.Equal(await IdsOfAsync(_own), await IdsOfAsync(replica));
        new Restic(location).Check(readData: true);
    }

    private async Task RecoverAsync(int kills)
    {
        await _own.InitAsync();
        SnapshotId kept = await BackUpAsync(_own);
        TreeSnapshot before = TreeSnapshot.Of(_source);

        await RandomKills.RunAsync(
            kills,
            _random,
            async () =>
            {
                Lose(await BackUpAsync(_own));
                return ["recover", _location];
            },
            async () =>
            {
                await _own.UnlockAsync();
                Assert.Contains(kept, await IdsOfAsync(_own));
                await _own.CheckAsync();
            });

        Lose(await BackUpAsync(_own));
        await RandomKills.FinishAsync("recover", _location);
        new Restic(_location).Check(readData: true);
        await _own.RestoreAsync("latest", _folder.Combine("recovered"));
        Assert.Contains(
            Directory.GetDirectories(_folder.Combine("recovered")),
            root => TreeComparer.Differences(_source, root, TreeAspects.All & ~TreeAspects.Top).Count == 0);
        await _own.RestoreAsync(kept.ToString(), _folder.Combine("kept"));
        Assert.Empty(TreeComparer.Differences(before, _folder.Combine("kept"), TreeAspects.All & ~TreeAspects.Top));
    }

    /// <summary>Upgrades a repository of version 1, each time another one.</summary>
    private async Task UpgradeAsync(int kills)
    {
        int number = 0;
        string location = "";
        SnapshotId kept = default;
        async Task<string[]> PrepareAsync()
        {
            location = _folder.Combine($"{number++}");
            await EngineAt(location).InitAsync(version: 1);
            kept = await BackUpAsync(EngineAt(location));
            return ["migrate", location];
        }

        await RandomKills.RunAsync(
            kills,
            _random,
            PrepareAsync,
            async () =>
            {
                await EngineAt(location).UnlockAsync();
                Assert.Equal([kept], await IdsOfAsync(EngineAt(location)));
                await EngineAt(location).CheckAsync();
            });

        await RandomKills.FinishAsync("migrate", location);
        await using (Repository repository = await Repository.OpenAsync(EngineAt(location).Options, CancellationToken.None))
        {
            Assert.False(await repository.MigrateAsync("upgrade_repo_v2", null, CancellationToken.None)); // it is done
        }

        new Restic(location).Check(readData: true);
    }

    private async Task RepairConfigAsync(int kills)
    {
        await _own.InitAsync();
        SnapshotId kept = await BackUpAsync(_own);
        string config = Path.Combine(_location, "config");

        await RandomKills.RunAsync(
            kills,
            _random,
            () =>
            {
                File.Delete(config);
                return Task.FromResult(new[] { "repair config", _location });
            },
            async () =>
            {
                await Repository.RepairConfigAsync(_own.Options, CancellationToken.None);
                Assert.Equal([kept], await IdsOfAsync(_own));
                await _own.CheckAsync();
            });

        File.Delete(config);
        await RandomKills.FinishAsync("repair config", _location);
        new Restic(_location).Check(readData: true);
    }

    private void Lose(SnapshotId snapshot) => File.Delete(Path.Combine(_location, "snapshots", snapshot.ToString()));

    private static OwnEngine EngineAt(string location) => new(location) { KeyCost = ChildWork.KeyCost };

    private static async Task<IEnumerable<SnapshotId>> IdsOfAsync(OwnEngine engine) =>
        (await engine.SnapshotsAsync()).Select(snapshot => snapshot.Id);

    /// <summary>A backup of about 1 MB that is new.</summary>
    private async Task<SnapshotId> BackUpAsync(OwnEngine engine)
    {
        for (int i = 0; i < 20; i++)
        {
            string folder = Directory.CreateDirectory(Path.Combine(_source, $"{i % 5}")).FullName;
            byte[] content = new byte[_random.Next(100_000)];
            _random.NextBytes(content);
            await File.WriteAllBytesAsync(Path.Combine(folder, $"{i}"), content);
        }

        IBackupSource source = Repository.CreateSource(new FileSystemSourceOptions { Paths = ["."], WorkingDirectory = _source });
        await using Repository repository = await Repository.OpenAsync(engine.Options, CancellationToken.None);
        BackupSummary summary = await repository.BackupAsync(
            new BackupOptions { Source = source, Hostname = "host" }, null, CancellationToken.None);
        Assert.NotNull(summary.Snapshot);
        return summary.Snapshot.Id;
    }
}
