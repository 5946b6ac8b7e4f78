using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Backup.Engine;
using Backup.Sidecar.CommandLine;
using Backup.TestKit.Dapr;
using Backup.TestKit.Redis;

namespace Backup.Sidecar.Tests.Hosting;

/// <summary>Two replicas share a topic, a repository, and a real Redis; one of them is killed while it works.</summary>
public sealed partial class RedisReplicaTests
{
    private const string Password = "p";

    [FactIfOnPath("redis-server", "dotnet")]
    public Task Each_of_some_requests_is_done_exactly_once_though_a_replica_is_killed() => RunAsync(30);

    [FactIfOnPath("redis-server", "dotnet")]
    [Trait("Category", "Slow")]
    public Task Each_of_a_thousand_requests_is_done_exactly_once_though_a_replica_is_killed() => RunAsync(1000);

    private static async Task RunAsync(int count)
    {
        using var folder = new TempFolder();
        using RedisServer redis = await RedisServer.StartAsync();
        using var backing = new RedisBacking(redis);
        string repository = folder.Combine("repository");
        await FolderRepository.CreateAsync(repository, Password);
        var broker = new BrokerDouble { Mode = BrokerMode.Redeliver, Duplicates = 1 };
        await using DaprDouble doomedDapr = await StartDaprAsync(broker, backing);
        using ServerProcess doomed = await StartProcessAsync(doomedDapr, folder, repository);
        await doomedDapr.ConnectAppAsync(new ForwardingHandler(new Uri(doomed.Address)));
        await using DaprService survivor = await DaprService.StartAsync(
            SettingsOf(repository), prepare: dapr => Prepare(dapr, broker, backing));

        for (int i = 0; i < count; i++)
        {
            await survivor.PublishAsync("backup.requested", $$$"""{"backup":{"sources":[{"payload":{"name":"order-{{{i}}}","text":"content of order {{{i}}}"} }]} }""", $"e{i}");
        }

        await broker.WhenPublishedAsync("backup-events", messages => Ended(messages).Count() >= count / 3 && HasPublished(doomedDapr));
        doomed.Dispose(); // as kill -9 does
        doomedDapr.StopDelivering();
        await broker.WhenPublishedAsync("backup-events", messages => Ended(messages).Select(end => end.Job).Distinct().Count() == count);
        await broker.WhenIdleAsync();
        JsonElement check = await survivor.Service.RunAsync("""{"operation":"check","check":{"readData":true}}""");
        IReadOnlyList<Snapshot> snapshots = await SnapshotsAsync(repository);
        (string Job, string Event, string Type)[] ends = [.. Ended(broker.Messages("backup-events"))];

        Assert.True(check.GetProperty("result").GetProperty("check").GetProperty("healthy").GetBoolean(), check.ToString());
        Assert.Equal("succeeded", check.GetProperty("state").GetString());
        Assert.All(ends, end => Assert.Equal("backup.completed", end.Type));
        Assert.Equal(
            Enumerable.Range(0, count).Select(i => $"/payload/order-{i}").Order(StringComparer.Ordinal),
            snapshots.Select(snapshot => Assert.Single(snapshot.Paths)).Order(StringComparer.Ordinal));
    }

    /// <summary>Whether a replica has done some of its share.</summary>
    private static bool HasPublished(DaprDouble dapr) => dapr.Calls.Any(path => path.Contains("/publish/", StringComparison.Ordinal));

    private static async Task<DaprDouble> StartDaprAsync(BrokerDouble broker, RedisBacking backing)
    {
        DaprDouble dapr = await DaprDouble.StartAsync();
        Prepare(dapr, broker, backing);
        return dapr;
    }

    private static void Prepare(DaprDouble dapr, BrokerDouble broker, RedisBacking backing)
    {
        dapr.PubSubs["backup-pubsub"] = broker;
        dapr.StateStores["backup-state"] = new StateStoreDouble(backing);
    }

    private static Dictionary<string, string?> SettingsOf(string repository) => new()
    {
        ["Backup:Repositories:main:Location"] = repository,
        ["Backup:Repositories:main:Password"] = Password,
        ["Backup:Dapr:ClaimStore"] = "backup-state",
        ["Backup:Dapr:LeaseTime"] = "2s",
    };

    /// <summary>Starts a replica as a process of its own, configured by its environment as a container is.</summary>
    private static Task<ServerProcess> StartProcessAsync(DaprDouble dapr, TempFolder folder, string repository)
    {
        ExternalProgram program = ExternalProgram.Named("dotnet", folder.FullName);
        program["DAPR_HTTP_ENDPOINT"] = dapr.HttpEndpoint.ToString();
        program["DAPR_GRPC_ENDPOINT"] = dapr.GrpcEndpoint.ToString();
        program["Backup__Listen"] = "http://127.0.0.1:0";
        program["Backup__DataFolder"] = folder.Combine("doomed");
        foreach ((string name, string? value) in SettingsOf(repository))
        {
            program[name.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        return ServerProcess.StartAsync(program, Listens(), Path.Combine(AppContext.BaseDirectory, $"{CommandPath.Program}.dll"), "serve");
    }

    private static async Task<IReadOnlyList<Snapshot>> SnapshotsAsync(string repository)
    {
        await using Repository opened = await Repository.OpenAsync(
            new RepositoryOptions { Location = repository, Password = Encoding.UTF8.GetBytes(Password) }, CancellationToken.None);
        SnapshotList list = await opened.ListSnapshotsAsync(new SnapshotListOptions(), CancellationToken.None);
        return [.. list.Groups.SelectMany(group => group.Snapshots).Where(snapshot => !snapshot.Tags.Contains(Snapshot.IncompleteTag))];
    }

    /// <summary>Ends of jobs that were published, and the ids of these events.</summary>
    private static IEnumerable<(string Job, string Event, string Type)> Ended(IReadOnlyList<byte[]> messages) =>
        from message in messages.Select(message => JsonElement.Parse(message))
        let type = message.GetProperty("type").GetString() ?? ""
        where type is "backup.completed" or "backup.failed" or "backup.cancelled"
        select (message.GetProperty("subject").GetString() ?? "", message.GetProperty("id").GetString() ?? "", type);

    [GeneratedRegex(@"listens on (http://[^;]+?)/?;")]
    private static partial Regex Listens();
}
