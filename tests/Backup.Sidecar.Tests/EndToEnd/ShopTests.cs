using System.Text;
using System.Text.Json;
using Backup.Sidecar.Tests.Hosting;
using Backup.TestKit.Dapr;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Backup.Sidecar.Tests.EndToEnd;

/// <summary>The sample microservice and the service, each beside a daprd of its own, with the application contract between them.</summary>
public sealed class ShopTests : IAsyncLifetime
{
    private readonly StateBacking _state = new();
    private readonly BrokerDouble _broker = new() { Mode = BrokerMode.Redeliver };
    private readonly HttpClient _shop = new();
    private DaprDouble? _shopDapr;
    private WebApplication? _application;
    private DaprService? _backup;

    public async Task InitializeAsync()
    {
        _shopDapr = await DaprDouble.StartAsync(new DaprDoubleOptions { AppId = "shop" });
        _shopDapr.StateStores["shop-state"] = new StateStoreDouble(_state);
        _shopDapr.PubSubs["backup-pubsub"] = _broker;
        _application = Shop.ShopApplication.Create(["--urls", "http://127.0.0.1:0", "--Logging:LogLevel:Default", "None"], DaprService.EnvironmentOf(_shopDapr));
        await _application.StartAsync();
        var address = new Uri(_application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses.First() ?? "");
        _shop.BaseAddress = address;
        _backup = await DaprService.StartAsync(
            new Dictionary<string, string?> { ["Backup:Applications:shop:AppId"] = "shop" },
            prepare: dapr =>
            {
                dapr.PubSubs["backup-pubsub"] = _broker;
                dapr.StateStores["state-shop"] = new StateStoreDouble(_state) { KeyPrefix = "shop" };
                dapr.OtherApps["shop"] = new ForwardingHandler(address);
            });
    }

    public async Task DisposeAsync()
    {
        if (_backup is not null)
        {
            await _backup.DisposeAsync();
        }

        if (_application is not null)
        {
            await _application.DisposeAsync();
        }

        if (_shopDapr is not null)
        {
            await _shopDapr.DisposeAsync();
        }

        _shop.Dispose();
    }

    [Fact]
    public async Task A_shop_asks_for_a_backup_loses_its_orders_and_gets_them_back()
    {
        RunningService service = _backup?.Service ?? throw new InvalidOperationException("It is not started.");
        await PutAsync("1", "two apples");
        await PutAsync("ü/2", "a pear");

        (await _shop.PostAsync(new Uri("backup-now?id=first", UriKind.Relative), null)).EnsureSuccessStatusCode();
        (await _shop.PostAsync(new Uri("backup-now?id=first", UriKind.Relative), null)).EnsureSuccessStatusCode();
        await _broker.WhenPublishedAsync("backup-events", messages => messages.Any(message => TypeOf(message) is "backup.completed" or "backup.failed"));
        JsonElement job = (await service.GetAsync("/v1/jobs")).Expect(200).Json.GetProperty("jobs").EnumerateArray().Single();
        string[] files = [.. (await service.GetAsync("/v1/repositories/main/snapshots")).Json.GetProperty("snapshots").EnumerateArray()
            .Select(snapshot => snapshot.GetProperty("paths")[0].GetString() ?? "").Order()];
        await PutAsync("1", "overwritten"); // it goes on after the backup
        Wipe("order-ü/2");
        JsonElement state = await service.RunAsync("""{"restore":{"state":{"store":"state-shop"}}}""");
        string afterState = $"{await GetAsync("1")}, {await GetAsync("ü/2")}";
        Wipe("order-1", "order-ü/2", "order-ids");
        JsonElement import = await service.RunAsync("""{"restore":{"import":{"application":"shop"}}}""");
        string afterImport = $"{await GetAsync("1")}, {await GetAsync("ü/2")}";

        Assert.Equal("succeeded", job.GetProperty("state").GetString());
        Assert.True(job.GetProperty("result").GetProperty("downtimeSeconds").GetDouble() >= 0);
        Assert.Equal(["/application/shop/export", "/state/state-shop"], files);
        Assert.Equal("succeeded", state.GetProperty("state").GetString());
        Assert.Equal("two apples, a pear", afterState);
        Assert.Equal("succeeded", import.GetProperty("state").GetString());
        Assert.Equal("two apples, a pear", afterImport);
    }

    [Fact]
    public async Task While_it_holds_still_nothing_is_written()
    {
        await PutAsync("1", "before");

        (await _shop.PostAsync(new Uri("backup/quiesce", UriKind.Relative), null)).EnsureSuccessStatusCode();
        using HttpResponseMessage refused = await _shop.PutAsync(new Uri("orders/1", UriKind.Relative), new StringContent("meanwhile"));
        string meanwhile = await GetAsync("1");
        (await _shop.PostAsync(new Uri("backup/resume", UriKind.Relative), null)).EnsureSuccessStatusCode();
        await PutAsync("1", "after");

        Assert.Equal(503, (int)refused.StatusCode);
        Assert.Equal("before", meanwhile);
        Assert.Equal("after", await GetAsync("1"));
    }

    private async Task PutAsync(string id, string order)
    {
        using var content = new StringContent(order, Encoding.UTF8);
        using HttpResponseMessage response = await _shop.PutAsync(new Uri($"orders/{Uri.EscapeDataString(id)}", UriKind.Relative), content);
        response.EnsureSuccessStatusCode();
    }

    private Task<string> GetAsync(string id) => _shop.GetStringAsync(new Uri($"orders/{Uri.EscapeDataString(id)}", UriKind.Relative));

    private void Wipe(params string[] keys)
    {
        foreach (string key in keys)
        {
            _state.Write($"shop||{key}", "null"u8.ToArray());
        }
    }

    private static string? TypeOf(byte[] message) => JsonElement.Parse(message).GetProperty("type").GetString();
}
