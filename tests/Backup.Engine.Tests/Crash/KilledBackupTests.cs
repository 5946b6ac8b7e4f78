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
        var trees = new Dictionary<SnapshotId, TreeSnapshot>();
        string first = (await own.BackupAsync(".")).Snapshot?.Id.ToString() ?? "";

        await RandomKills.RunAsync(
            kills,
            random,
            async () =>
            {
                await RememberAsync(own, source, trees);
                Fill(source, random);
                return ["backup", location, source];
            },
            async () =>
            {
                await own.CheckAsync();
                Assert.Equal(first, (await own.SnapshotsAsync())[0].Id.ToString());
            });

        await RememberAsync(own, source, trees);
        await RestoreAllAsync(own, folder, trees);
        var restic = new Restic(location);
        await own.UnlockAsync();
        Assert.Empty(restic.List("locks"));
        restic.Check(readData: true);
        await TheNextBackupIsCompleteAsync(own, source, folder);
    }

    /// <summary>Keeps what a snapshot that is complete and new has to have: what the source has until it is filled anew.</summary>
    private static async Task RememberAsync(OwnEngine own, string source, Dictionary<SnapshotId, TreeSnapshot> trees)
    {
        foreach (Snapshot snapshot in (await own.SnapshotsAsync()).Where(snapshot => !snapshot.IsIncomplete && !trees.ContainsKey(snapshot.Id)))
        {
            trees[snapshot.Id] = TreeSnapshot.Of(source);
        }
    }

    private static async Task RestoreAllAsync(OwnEngine own, TempFolder folder, Dictionary<SnapshotId, TreeSnapshot> trees)
    {
        IReadOnlyList<Snapshot> snapshots = await own.SnapshotsAsync();
        Assert.Superset(trees.Keys.ToHashSet(), snapshots.Select(snapshot => snapshot.Id).ToHashSet());
        foreach (Snapshot snapshot in snapshots)
        {
            string target = folder.Combine($"restored/{snapshot.Id}");
            await own.RestoreAsync(snapshot.Id.ToString(), target);
            if (!snapshot.IsIncomplete)
            {
                Assert.Empty(TreeComparer.Differences(trees[snapshot.Id], target, TreeAspects.All & ~TreeAspects.Top));
            }
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
