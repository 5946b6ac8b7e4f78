using Backup.Engine.Tests.Interop;
using Backup.TestKit.Files;

namespace Backup.Engine.Tests.Crash;

/// <summary>A backup that is killed at any moment leaves a sound repository with all earlier snapshots.</summary>
public sealed class KilledBackupTests
{
    [FactIfOnPath("restic")]
    public Task A_few_kills_lose_nothing() => KillAsync(kills: 4, seed: Environment.TickCount);

    [FactIfOnPath("restic")]
    [Trait("Category", "Slow")]
    public Task Many_kills_lose_nothing() => KillAsync(kills: 60, seed: Environment.TickCount);

    private static async Task KillAsync(int kills, int seed)
    {
        using var folder = new TempFolder();
        var random = new Random(seed);
        string source = folder.CreateFolder("source");
        string location = folder.Combine("repository");
        var own = new OwnEngine(location) { WorkingDirectory = source };
        await own.InitAsync();
        Fill(source, random);
        TreeSnapshot before = TreeSnapshot.Of(source);
        string first = (await own.BackupAsync(".")).Snapshot?.Id.ToString() ?? "";

        await RandomKills.RunAsync(
            kills,
            random,
            () =>
            {
                Fill(source, random);
                return Task.FromResult(new[] { "backup", location, source });
            },
            async () =>
            {
                await own.CheckAsync();
                Assert.Equal(first, (await own.SnapshotsAsync())[0].Id.ToString());
            });

        await RestoreAllAsync(own, folder);
        Assert.Empty(TreeComparer.Differences(before, folder.Combine("restored/0"), TreeAspects.All & ~TreeAspects.Top));
        var restic = new Restic(location);
        await own.UnlockAsync();
        Assert.Empty(restic.List("locks"));
        restic.Check(readData: true);
        await TheNextBackupIsCompleteAsync(own, source, folder);
    }

    private static async Task RestoreAllAsync(OwnEngine own, TempFolder folder)
    {
        int number = 0;
        foreach (Snapshot snapshot in await own.SnapshotsAsync())
        {
            await own.RestoreAsync(snapshot.Id.ToString(), folder.Combine($"restored/{number++}"));
        }
    }

    private static async Task TheNextBackupIsCompleteAsync(OwnEngine own, string source, TempFolder folder)
    {
        BackupSummary summary = await own.BackupAsync(".");

        await own.RestoreAsync(summary.Snapshot?.Id.ToString() ?? "", folder.Combine("last"));
        Assert.Empty(TreeComparer.Differences(source, folder.Combine("last"), TreeAspects.All & ~TreeAspects.Top));
    }

    /// <summary>New content in 40 folders: about 14 MB in many files, so that several packs are under way at once.</summary>
    private static void Fill(string source, Random random)
    {
        for (int i = 0; i < 120; i++)
        {
            string folder = Directory.CreateDirectory(Path.Combine(source, $"{i % 40}")).FullName;
            byte[] content = new byte[random.Next(10) == 0 ? random.Next(2_000_000) : random.Next(40_000)];
            random.NextBytes(content);
            File.WriteAllBytes(Path.Combine(folder, $"{i}"), content);
        }
    }
}
