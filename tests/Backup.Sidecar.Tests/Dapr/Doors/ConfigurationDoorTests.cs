using Backup.Sidecar.Dapr.Doors;
using Backup.Sidecar.Tests.Hosting;
using Backup.TestKit.Dapr;
using Microsoft.Extensions.DependencyInjection;

namespace Backup.Sidecar.Tests.Dapr.Doors;

public sealed class ConfigurationDoorTests
{
    private static readonly Dictionary<string, string?> Settings = new()
    {
        ["Backup:Dapr:ConfigurationStore"] = "backup-config",
        ["Backup:Policies:own:Operation"] = "check",
    };

    [Fact]
    public async Task Policies_of_the_store_are_taken_over_and_those_that_make_no_sense_are_not()
    {
        var store = new ConfigurationStoreDouble();
        await store.SetAsync("backup-policies", """{"one":{"operation":"check","repository":"main"}}""");
        await using DaprService dapr = await DaprService.StartAsync(Settings, prepare: dapr => dapr.ConfigurationStores["backup-config"] = store);
        ConfigurationDoor door = dapr.Service.Service.Services.GetRequiredService<ConfigurationDoor>();

        await door.ReadAsync(CancellationToken.None);
        string[] first = Policies(dapr);
        await store.SetAsync("backup-policies", """{"two":{"check":{},"schedule":"@daily"}}""");
        await door.ReadAsync(CancellationToken.None);
        string[] second = Policies(dapr);
        await store.SetAsync("backup-policies", """{"three":{"check":{},"schedule":"sometimes"}}""");
        await door.ReadAsync(CancellationToken.None);
        string[] third = Policies(dapr);

        Assert.Equal(["one", "own"], first);
        Assert.Equal(["own", "two"], second);
        Assert.Equal(second, third);
        (await dapr.Service.PostAsync("/v1/policies/two/run", "")).Expect(202);
        (await dapr.Service.PostAsync("/configuration/backup-config/backup-policies", "{}")).Expect(200);
    }

    private static string[] Policies(DaprService dapr) =>
        [.. dapr.Service.Service.Configuration.Current.Policies.Keys.Order(StringComparer.Ordinal)];
}
