using System.Text;
using Backup.Engine.Tests.Interop;

namespace Backup.Engine.Tests.Crash;

/// <summary>Changes of snapshots and keys that are killed at any moment lose nothing, and the next run finishes the job.</summary>
public sealed class KilledChangeTests : IDisposable
{
    private const int Few = 2;
    private const int Many = 40;

    private readonly TempFolder _folder = new();
    private readonly Random _random = new();
    private readonly OwnEngine _own;
    private readonly string _location;
    private readonly string _source;

    public KilledChangeTests()
    {
        _source = _folder.CreateFolder("source");
        _location = _folder.Combine("repository");
        _own = new OwnEngine(_location) { WorkingDirectory = _source, KeyCost = ChildWork.KeyCost };
    }

    public void Dispose() => _folder.Dispose();

    [FactIfOnPath("restic")]
    public Task Forgetting() => ForgetAsync(Few);

    [FactIfOnPath("restic")]
    [Trait("Category", "Slow")]
    public Task Forgetting_often() => ForgetAsync(Many);

    [FactIfOnPath("restic")]
    public Task Tagging() => ReplaceAsync("tag", Few);

    [FactIfOnPath("restic")]
    [Trait("Category", "Slow")]
    public Task Tagging_often() => ReplaceAsync("tag", Many);

    [FactIfOnPath("restic")]
    public Task Rewriting() => ReplaceAsync("rewrite", Few);

    [FactIfOnPath("restic")]
    [Trait("Category", "Slow")]
    public Task Rewriting_often() => ReplaceAsync("rewrite", Many);

    [FactIfOnPath("restic")]
    public Task Changing_keys() => ChangeKeysAsync(Few);

    [FactIfOnPath("restic")]
    [Trait("Category", "Slow")]
    public Task Changing_keys_often() => ChangeKeysAsync(Many);

    private async Task ForgetAsync(int kills)
    {
        await _own.InitAsync();
        List<SnapshotId> kept = [];
        await RandomKills.RunAsync(
            kills,
            _random,
            async () =>
            {
                await BackUpAsync(8);
                kept = [.. (await _own.SnapshotsAsync()).TakeLast(3).Select(snapshot => snapshot.Id)];
                return ["forget", _location];
            },
            async () =>
            {
                await _own.UnlockAsync();
                Assert.Superset(kept.ToHashSet(), (await _own.SnapshotsAsync()).Select(snapshot => snapshot.Id).ToHashSet());
                await _own.CheckAsync();
            });

        await RandomKills.FinishAsync("forget", _location);
        Assert.Equal(kept, (await _own.SnapshotsAsync()).Select(snapshot => snapshot.Id));
        new Restic(_location).Check(readData: true);
    }

    /// <summary>Tags or rewrites all snapshots, each time in another way: none may be without its old or new form.</summary>
    private async Task ReplaceAsync(string verb, int kills)
    {
        await _own.InitAsync();
        await BackUpAsync(10);
        List<Timestamp> times = [.. (await _own.SnapshotsAsync()).Select(snapshot => snapshot.Time)];
        int round = 0;
        await RandomKills.RunAsync(
            kills,
            _random,
            () => Task.FromResult(new[] { verb, _location, $"file{round++ % 10}" }),
            async () =>
            {
                await _own.UnlockAsync();
                await AllAreThereAsync(times);
                await _own.CheckAsync();
            });

        await RandomKills.FinishAsync(verb, _location, "last");
        await AllAreThereAsync(times);
        Assert.All(
            await _own.SnapshotsAsync(),
            snapshot => Assert.Equal("last", verb == "tag" ? Assert.Single(snapshot.Tags) : snapshot.Hostname));
        new Restic(_location).Check(readData: true);
    }

    private async Task AllAreThereAsync(List<Timestamp> times) =>
        Assert.Equal(times.ToHashSet(), (await _own.SnapshotsAsync()).Select(snapshot => snapshot.Time).ToHashSet());

    private async Task ChangeKeysAsync(int kills)
    {
        await _own.InitAsync();
        await BackUpAsync(1);
        await RandomKills.RunAsync(
            kills, _random, () => Task.FromResult(new[] { "keys", _location }), async () => await OnlyOurKeyIsLeftAsync());

        await RandomKills.FinishAsync("keys", _location);
        await using Repository repository = await Repository.OpenAsync(_own.Options, CancellationToken.None);
        Assert.Single(await repository.ListKeysAsync(CancellationToken.None));
        new Restic(_location).Check(readData: true);
    }

    /// <summary>One of the two passwords opens the repository. All keys but that with the first password are removed then.</summary>
    private async Task OnlyOurKeyIsLeftAsync()
    {
        RepositoryOptions options = _own.Options;
        try
        {
            await using Repository _ = await Repository.OpenAsync(options, CancellationToken.None);
        }
        catch (PasswordIncorrectException)
        {
            options = options with { Password = Encoding.UTF8.GetBytes(ChildWork.OtherPassword) };
        }

        await using Repository repository = await Repository.OpenAsync(options, CancellationToken.None);
        await repository.UnlockAsync(removeAll: false, CancellationToken.None);
        await repository.ChangePasswordAsync(_own.Options.Password, CancellationToken.None);
        foreach (KeyInfo key in await repository.ListKeysAsync(CancellationToken.None))
        {
            Assert.Null(key.Damage);
            if (!key.IsCurrent)
            {
                await repository.RemoveKeyAsync(key.Id.ToString(), CancellationToken.None);
            }
        }

        await _own.CheckAsync();
    }

    private async Task BackUpAsync(int count)
    {
        await using Repository repository = await Repository.OpenAsync(_own.Options, CancellationToken.None);
        for (int i = 0; i < count; i++)
        {
            for (int j = 0; j < 10; j++)
            {
                byte[] content = new byte[_random.Next(5_000)];
                _random.NextBytes(content);
                string folder = Directory.CreateDirectory(Path.Combine(_source, $"{_random.Next(4)}")).FullName;
                await File.WriteAllBytesAsync(Path.Combine(folder, $"file{j}"), content);
            }

            IBackupSource source = Repository.CreateSource(new FileSystemSourceOptions { Paths = ["."], WorkingDirectory = _source });
            await repository.BackupAsync(new BackupOptions { Source = source, Hostname = "host" }, null, CancellationToken.None);
        }
    }
}
