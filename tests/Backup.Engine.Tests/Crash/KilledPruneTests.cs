using Backup.Engine.Tests.Interop;
using Backup.TestKit.Files;

namespace Backup.Engine.Tests.Crash;

/// <summary>A prune that is killed at any moment loses nothing, and the next one finishes the job.</summary>
public sealed class KilledPruneTests
{
    [FactIfOnPath("restic")]
    public Task A_few_kills_lose_nothing() => KillAsync(kills: 3, seed: Environment.TickCount, "prune");

    [FactIfOnPath("restic")]
    [Trait("Category", "Slow")]
    public Task Many_kills_lose_nothing() => KillAsync(kills: 50, seed: Environment.TickCount, "prune");

    [FactIfOnPath("restic")]
    public Task A_few_kills_in_two_phases_lose_nothing() => KillAsync(kills: 2, seed: Environment.TickCount, "prune in two phases");

    [FactIfOnPath("restic")]
    [Trait("Category", "Slow")]
    public Task Many_kills_in_two_phases_lose_nothing() => KillAsync(kills: 50, seed: Environment.TickCount, "prune in two phases");

    private static async Task KillAsync(int kills, int seed, string verb)
    {
        using var folder = new TempFolder();
        var random = new Random(seed);
        string source = folder.CreateFolder("source");
        string location = folder.Combine("repository");
        var own = new OwnEngine(location) { WorkingDirectory = source, PackSizeInBytes = 4 * 1024 * 1024, KeyCost = ChildWork.KeyCost };
        await own.InitAsync();

        await RandomKills.RunAsync(
            kills,
            random,
            async () =>
            {
                await RenewAsync(own, source, random);
                return [verb, location];
            },
            async () =>
            {
                await own.UnlockAsync();
                await own.CheckAsync();
            });

        await RandomKills.FinishAsync(verb, location);
        await RandomKills.FinishAsync(verb, location); // in two phases it removes what the first one has marked
        CheckReport report = await own.CheckAsync();
        Assert.Equal(0, report.UnusedBlobs);
        Assert.Equal(0, report.Hints);
        new Restic(location).Check(readData: true);
        await own.RestoreAsync("latest", folder.Combine("restored"));
        Assert.Empty(TreeComparer.Differences(source, folder.Combine("restored"), TreeAspects.All & ~TreeAspects.Top));
    }

    /// <summary>Two more backups, each of which replaces a third of the files (about 6 MB), and none before them is left.</summary>
    private static async Task RenewAsync(OwnEngine own, string source, Random random)
    {
        IReadOnlyList<Snapshot> before = await own.SnapshotsAsync();
        for (int i = 0; i < 2; i++)
        {
            for (int j = 0; j < 60; j++)
            {
                string folder = Directory.CreateDirectory(Path.Combine(source, $"{j % 20}")).FullName;
                byte[] content = new byte[random.Next(8) == 0 ? random.Next(1_500_000) : random.Next(20_000)];
                random.NextBytes(content);
                File.WriteAllBytes(Path.Combine(folder, $"{random.Next(3)}"), content);
            }

            await own.BackupAsync(".");
        }

        foreach (Snapshot snapshot in before)
        {
            File.Delete(Path.Combine(own.Options.Location, "snapshots", snapshot.Id.ToString()));
        }
    }
}
