using Backup.Engine.Tests.Interop;
using Backup.TestKit.Files;
using Backup.TestKit.Http;

namespace Backup.Engine.Tests.Storage.Rest;

/// <summary>A real server behind a proxy that loses, cuts, repeats and refuses: nothing is lost.</summary>
public sealed class RestFaultTests
{
    [FactIfRestServer]
    public async Task Nothing_is_lost_behind_a_proxy_that_fails_again_and_again()
    {
        using var folder = new TempFolder();
        using ServerProcess server = await RestServer.StartAsync(folder.CreateFolder("data"));
        await using var proxy = new FaultProxy(new Uri($"http://{server.Address}/"), every: 4);

        await RunAsync(proxy, folder);

        Assert.True(proxy.FaultCount > 10, $"only {proxy.FaultCount} faults");
        Assert.Empty((await new OwnEngine($"rest:http://{server.Address}/repository/").CheckAsync()).Problems);
    }

    [FactIfOnPath("rclone")]
    public async Task Nothing_is_lost_before_a_server_that_overwrites()
    {
        using var folder = new TempFolder();
        using ServerProcess server = await RestServer.StartRcloneAsync(folder.CreateFolder("data"));
        await using var proxy = new FaultProxy(new Uri($"http://{server.Address}/"), every: 5);

        await RunAsync(proxy, folder);

        Assert.True(proxy.FaultCount > 10, $"only {proxy.FaultCount} faults");
    }

    private static async Task RunAsync(FaultProxy proxy, TempFolder folder)
    {
        SampleTree tree = SampleTree.Create(
            folder.Combine("tree"), new SampleTreeOptions { SmallFiles = 60, LargeFiles = false, OnlyWhatOldResticKeeps = true });
        byte[] content = new byte[9_000_000];
        new Random(1).NextBytes(content);
        File.WriteAllBytes(Path.Combine(tree.FullName, "large"), content);
        var warnings = new System.Collections.Concurrent.ConcurrentQueue<string>();
        var engine = new OwnEngine($"rest:http://me:secret@{proxy.Address.Authority}/repository/")
        {
            WorkingDirectory = tree.FullName,
            PackSizeInBytes = 4 << 20,
            Time = new ShortWaits(),
            Warn = warnings.Enqueue,
            KeyCost = new ScryptCost(16, 1, 1),
        };

        await engine.InitAsync();
        Assert.Empty((await engine.BackupAsync(".")).Skipped);
        tree.Change(seed: 1);
        Assert.Empty((await engine.BackupAsync(".")).Skipped);
        await engine.CheckAsync();
        await engine.RestoreAsync("latest", folder.Combine("target"));

        Assert.Empty(TreeComparer.Differences(
            tree.FullName, folder.Combine("target"), TreeAspects.RestoredByRestic & ~TreeAspects.Top));
        Assert.Equal(2, (await engine.SnapshotsAsync()).Count);
        Assert.NotEmpty(warnings);
        Assert.DoesNotContain(warnings, warning => warning.Contains("secret", StringComparison.Ordinal));
    }
}
