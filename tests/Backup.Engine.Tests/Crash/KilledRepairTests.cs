using Backup.Engine.Tests.Interop;
using Backup.TestKit.Files;

namespace Backup.Engine.Tests.Crash;

/// <summary>Copies and repairs that are killed at any moment lose nothing, and the next run finishes the job.</summary>
public sealed class KilledRepairTests
{
    [FactIfOnPath("restic")]
    public Task A_few_killed_copies_lose_nothing() => KillCopiesAsync(kills: 3, seed: Environment.TickCount);

    [FactIfOnPath("restic")]
    [Trait("Category", "Slow")]
    public Task Many_killed_copies_lose_nothing() => KillCopiesAsync(kills: 40, seed: Environment.TickCount);

    [FactIfOnPath("restic")]
    public Task A_few_killed_repairs_lose_nothing() => KillRepairsAsync(kills: 3, seed: Environment.TickCount);

    [FactIfOnPath("restic")]
    [Trait("Category", "Slow")]
    public Task Many_killed_repairs_lose_nothing() => KillRepairsAsync(kills: 40, seed: Environment.TickCount);

    private static async Task KillCopiesAsync(int kills, int seed)
    {
        using var folder = new TempFolder();
        var random = new Random(seed);
        string source = folder.CreateFolder("source");
        var theirs = new OwnEngine(folder.Combine("theirs")) { WorkingDirectory = source, PackSizeInBytes = 4 * 1024 * 1024 };
        await theirs.InitAsync();
        string location = folder.Combine("ours");
        var own = new OwnEngine(location);
        await own.InitAsync();

        await RandomKills.RunAsync(
            kills,
            random,
            async () =>
            {
                await BackupAsync(theirs, source, random);
                return ["copy", location, theirs.Options.Location];
            },
            own.CheckAsync);

        await RandomKills.FinishAsync("copy", location, theirs.Options.Location);
        Assert.Equal(
            (await theirs.SnapshotsAsync()).Select(snapshot => (snapshot.Id, snapshot.Tree)),
            (await own.SnapshotsAsync()).Select(snapshot => (snapshot.Original!.Value, snapshot.Tree)));
        var restic = new Restic(location);
        restic.Run("unlock");
        restic.Check(readData: true);
    }

    private static async Task KillRepairsAsync(int kills, int seed)
    {
        using var folder = new TempFolder();
        var random = new Random(seed);
        string source = folder.CreateFolder("source");
        string location = folder.Combine("repository");
        var own = new OwnEngine(location) { WorkingDirectory = source, PackSizeInBytes = 4 * 1024 * 1024 };
        await own.InitAsync();
        await BackupAsync(own, source, random);

        await RandomKills.RunAsync(
            kills,
            random,
            () =>
            {
                // All indexes are lost, so every pack is read; then the largest, sound as it is, is stored anew and removed.
                Array.ForEach(Directory.GetFiles(Path.Combine(location, "index")), File.Delete);
                string pack = Directory.GetFiles(Path.Combine(location, "data"), "*", SearchOption.AllDirectories)
                    .MaxBy(path => new FileInfo(path).Length)!;
                return Task.FromResult(new[] { "repair", location, Path.GetFileName(pack) });
            },
            own.UnlockAsync);

        await using (Repository repository = await Repository.OpenAsync(own.Options, CancellationToken.None))
        {
            await repository.RepairIndexAsync(new RepairIndexOptions(), null, CancellationToken.None);
        }

        await own.CheckAsync();
        new Restic(location).Check(readData: true);
        await own.RestoreAsync("latest", folder.Combine("restored"));
        Assert.Empty(TreeComparer.Differences(source, folder.Combine("restored"), TreeAspects.All & ~TreeAspects.Top));
    }

    /// <summary>A backup of about 6 MB that is new.</summary>
    private static async Task BackupAsync(OwnEngine own, string source, Random random)
    {
        for (int i = 0; i < 40; i++)
        {
            string folder = Directory.CreateDirectory(Path.Combine(source, $"{i % 10}")).FullName;
            byte[] content = new byte[random.Next(8) == 0 ? random.Next(1_500_000) : random.Next(20_000)];
            random.NextBytes(content);
            File.WriteAllBytes(Path.Combine(folder, $"{i}"), content);
        }

        await own.BackupAsync(".");
    }
}
