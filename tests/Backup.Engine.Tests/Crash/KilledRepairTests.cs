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
        BackupSummary sound = await BackupAsync(own, source, random);
        TreeSnapshot before = TreeSnapshot.Of(source);
        List<string> damaged = [];

        await RandomKills.RunAsync(
            kills,
            random,
            async () =>
            {
                await RepairIndexAsync(own); // what was killed may have left none
                damaged.AddRange(await DamageNewPacksAsync(own, location, source, random));

                // And all indexes are lost, so every pack is read.
                Array.ForEach(Directory.GetFiles(Path.Combine(location, "index")), File.Delete);
                return ["repair", location, .. StillThere(location, damaged)];
            },
            own.UnlockAsync);

        await RepairIndexAsync(own);
        damaged.AddRange(await DamageNewPacksAsync(own, location, source, random));
        await RandomKills.FinishAsync(["repair", location, .. StillThere(location, damaged)]);
        await own.CheckAsync();
        new Restic(location).Check(readData: true);
        await own.RestoreAsync(sound.Snapshot!.Id.ToString(), folder.Combine("sound"));
        Assert.Empty(TreeComparer.Differences(before, folder.Combine("sound"), TreeAspects.All & ~TreeAspects.Top));
        await own.BackupAsync(".");
        await own.RestoreAsync("latest", folder.Combine("restored"));
        Assert.Empty(TreeComparer.Differences(source, folder.Combine("restored"), TreeAspects.All & ~TreeAspects.Top));
    }

    private static async Task RepairIndexAsync(OwnEngine own)
    {
        await using Repository repository = await Repository.OpenAsync(own.Options, CancellationToken.None);
        await repository.RepairIndexAsync(new RepairIndexOptions(), null, CancellationToken.None);
    }

    /// <summary>Makes a backup, and flips a byte of the first blob in its pack of trees (the smallest) and in one of data (the largest).</summary>
    /// <returns>The names of both.</returns>
    private static async Task<string[]> DamageNewPacksAsync(OwnEngine own, string location, string source, Random random)
    {
        string[] known = PacksOf(location);
        await BackupAsync(own, source, random);
        string[] packs = [.. PacksOf(location).Except(known).OrderBy(path => new FileInfo(path).Length)];
        string[] damaged = [packs[0], packs[^1]];
        foreach (string path in damaged)
        {
            byte[] content = File.ReadAllBytes(path);
            content[20] ^= 1;
            File.Delete(path);
            File.WriteAllBytes(path, content);
        }

        return [.. damaged.Select(path => Path.GetFileName(path))];
    }

    private static string[] StillThere(string location, IEnumerable<string> packs) =>
        [.. PacksOf(location).Select(path => Path.GetFileName(path)).Intersect(packs)];

    private static string[] PacksOf(string location) =>
        Directory.GetFiles(Path.Combine(location, "data"), "*", SearchOption.AllDirectories);

    /// <summary>A backup of about 6 MB that is new.</summary>
    private static async Task<BackupSummary> BackupAsync(OwnEngine own, string source, Random random)
    {
        for (int i = 0; i < 40; i++)
        {
            string folder = Directory.CreateDirectory(Path.Combine(source, $"{i % 10}")).FullName;
            byte[] content = new byte[random.Next(8) == 0 ? random.Next(1_500_000) : random.Next(20_000)];
            random.NextBytes(content);
            File.WriteAllBytes(Path.Combine(folder, $"{i}"), content);
        }

        return await own.BackupAsync(".");
    }
}
