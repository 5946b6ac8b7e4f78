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

    [FactIfOnPath("rclone")]
    public async Task A_server_without_room_ends_the_backup_at_once_and_the_next_one_goes_on()
    {
        using var folder = new TempFolder();
        using ServerProcess server = await RestServer.StartRcloneAsync(folder.CreateFolder("data"));
        await using var full = new FaultProxy(new Uri($"http://{server.Address}/"), every: 2, HttpFault.Full)
        {
            Counts = request => request.Method == "POST" && request.Target.Contains("/data/", StringComparison.Ordinal),
        };
        byte[] content = new byte[12_000_000];
        new Random(1).NextBytes(content);
        folder.WriteFile("tree/large", content);
        var engine = new OwnEngine($"rest:http://{server.Address}/repository/")
        {
            WorkingDirectory = folder.Combine("tree"),
            PackSizeInBytes = 4 << 20,
            KeyCost = new ScryptCost(16, 1, 1),
        };
        await engine.InitAsync();

        await Assert.ThrowsAsync<StorageFullException>(() => new OwnEngine($"rest:http://{full.Address.Authority}/repository/")
        {
            WorkingDirectory = folder.Combine("tree"),
            PackSizeInBytes = 4 << 20,
        }.BackupAsync("."));
        Assert.DoesNotContain((await engine.CheckAsync()).Problems, problem => problem.Severity == CheckSeverity.Error);
        await engine.BackupAsync(".");
        await engine.RestoreAsync("latest", folder.Combine("target"));

        Assert.True(full.FaultCount > 0);
        Assert.Equal(content, await File.ReadAllBytesAsync(folder.Combine("target/large")));
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
