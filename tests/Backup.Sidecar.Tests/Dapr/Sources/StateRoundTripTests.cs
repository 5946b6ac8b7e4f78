using System.Text;
using System.Text.Json;
using Backup.Sidecar.Tests.Hosting;
using Backup.TestKit.Dapr;

namespace Backup.Sidecar.Tests.Dapr.Sources;

/// <summary>State and configuration of Dapr, backed up and restored.</summary>
public sealed class StateRoundTripTests
{
    private const string Store = "orders-state";

    [Fact]
    public async Task Keys_come_back_byte_for_byte()
    {
        var random = new Random(17);
        await using DaprService dapr = await StartAsync();
        StateDatabase backing = dapr.Dapr.StateStores[Store].Backing;
        string[] odd = ["a/b", "a%2Fb", "%", ".", "..", "tab\there", "ümläut", "with space", "back\\slash", new string('k', 300), "order:1"];
        foreach (string key in odd.Concat(Enumerable.Range(0, 500).Select(i => $"order-{i}")))
        {
            byte[] value = new byte[random.Next(0, 400)];
            random.NextBytes(value);
            backing.Write($"orders||{key}", value);
        }

        backing.Write("orders||number", "12345678901234567890"u8.ToArray());
        Dictionary<string, byte[]> before = backing.Keys.ToDictionary(key => key, key => backing.Read(key) ?? []);
        string keys = JsonSerializer.Serialize(before.Keys.Select(key => key["orders||".Length..]));

        JsonElement backup = await dapr.Service.RunAsync($$$"""{"backup":{"sources":[{"state":{"store":"{{{Store}}}","keys":{{{keys}}} } }] } }""");
        Assert.Equal("succeeded", backup.GetProperty("state").GetString());
        foreach (string key in before.Keys)
        {
            backing.Write(key, "changed"u8.ToArray());
        }

        JsonElement dry = await dapr.Service.RunAsync($$$"""{"restore":{"dryRun":true,"state":{"store":"{{{Store}}}"} } }""");
        Assert.All(before.Keys, key => Assert.Equal("changed", Encoding.UTF8.GetString(backing.Read(key) ?? [])));
        JsonElement restore = await dapr.Service.RunAsync($$$"""{"restore":{"state":{"store":"{{{Store}}}"} } }""");

        Assert.Equal("succeeded", restore.GetProperty("state").GetString());
        Assert.Equal(before.Count, State(dry).GetProperty("updated").GetInt32());
        Assert.Equal(before.Count, State(restore).GetProperty("updated").GetInt32());
        Assert.All(before, pair => Assert.Equal(pair.Value, backing.Read(pair.Key)));
        Assert.Equal(
            "12345678901234567890",
            (await dapr.Service.GetAsync($"/v1/repositories/main/snapshots/latest/content?path=/state/{Store}/number")).Expect(200).Text);
    }

    [Fact]
    public async Task The_mode_says_what_happens_to_keys_that_are_there()
    {
        await using DaprService dapr = await StartAsync();
        StateDatabase backing = dapr.Dapr.StateStores[Store].Backing;
        backing.Write("orders||a", "1"u8.ToArray());
        backing.Write("orders||b", "2"u8.ToArray());
        backing.Write("orders||gone", "3"u8.ToArray());
        await dapr.Service.RunAsync($$$"""{"backup":{"sources":[{"state":{"store":"{{{Store}}}","keys":["a","b"]} }]} }""");
        backing.Write("orders||a", "newer"u8.ToArray());

        JsonElement missing = await dapr.Service.RunAsync($$$"""{"restore":{"state":{"store":"{{{Store}}}","mode":"onlyMissing"} } }""");
        string afterMissing = Text(backing, "orders||a");
        JsonElement renamed = await dapr.Service.RunAsync($$$"""{"restore":{"state":{"store":"{{{Store}}}","prefix":"a","newPrefix":"copy-of-a","mode":"onlyMissing"} } }""");
        JsonElement unchanged = await dapr.Service.RunAsync($$$"""{"restore":{"state":{"store":"{{{Store}}}","keys":["a"],"mode":"onlyIfUnchanged"} } }""");
        JsonElement unknown = await dapr.Service.RunAsync($$$"""{"restore":{"state":{"store":"{{{Store}}}","keys":["none"]} } }""");

        Assert.Equal("newer", afterMissing);
        Assert.Equal((1, 1), (State(missing).GetProperty("kept").GetInt32(), State(missing).GetProperty("unchanged").GetInt32()));
        Assert.Equal(["= a"], State(missing).GetProperty("changes").EnumerateArray().Select(change => change.GetString()));
        Assert.Equal(1, State(renamed).GetProperty("created").GetInt32());
        Assert.Equal("1", Text(backing, "orders||copy-of-a"));
        Assert.Equal(1, State(unchanged).GetProperty("updated").GetInt32());
        Assert.Equal("1", Text(backing, "orders||a"));
        Assert.Equal("ItemNotFound", unknown.GetProperty("error").GetProperty("errorId").GetString());
    }

    [Fact]
    public async Task Keys_that_are_not_there_are_told_and_none_at_all_is_a_failure()
    {
        await using DaprService dapr = await StartAsync();
        dapr.Dapr.StateStores[Store].Backing.Write("orders||a", "1"u8.ToArray());

        JsonElement some = await dapr.Service.RunAsync($$$"""{"backup":{"sources":[{"state":{"store":"{{{Store}}}","keys":["a","none"]} }]} }""");
        JsonElement none = await dapr.Service.RunAsync($$$"""{"backup":{"sources":[{"state":{"store":"{{{Store}}}","keys":["none"]} }]} }""");

        Assert.Equal("succeeded", some.GetProperty("state").GetString());
        Assert.Equal($"/state/{Store}/none", Assert.Single(some.GetProperty("result").GetProperty("problems").EnumerateArray()).GetProperty("item").GetString());
        Assert.Equal("SourceFailed", none.GetProperty("error").GetProperty("errorId").GetString());
    }

    [Fact]
    public async Task Configuration_is_one_document()
    {
        await using DaprService dapr = await DaprService.StartAsync(prepare: dapr => dapr.ConfigurationStores["backup-config"] = new ConfigurationStoreDouble());
        await dapr.Dapr.ConfigurationStores["backup-config"].SetAsync("limit", "10");
        await dapr.Dapr.ConfigurationStores["backup-config"].SetAsync("color", "blue");

        JsonElement job = await dapr.Service.RunAsync("""{"backup":{"sources":[{"configuration":{"store":"backup-config"}}]}}""");
        JsonElement document = (await dapr.Service.GetAsync("/v1/repositories/main/snapshots/latest/content?path=/configuration/backup-config.json")).Expect(200).Json;

        Assert.Equal("succeeded", job.GetProperty("state").GetString());
        Assert.Equal(["color", "limit"], document.EnumerateObject().Select(item => item.Name));
        Assert.Equal("blue", document.GetProperty("color").GetProperty("value").GetString());
        Assert.Equal("1", document.GetProperty("color").GetProperty("version").GetString());
    }

    [Fact]
    public async Task A_repository_may_be_in_a_state_store_with_its_password_in_a_secret_store()
    {
        await using DaprService dapr = await DaprService.StartAsync(
            new Dictionary<string, string?>
            {
                ["Backup:Repositories:inside:Location"] = "daprstate:backup-state",
                ["Backup:Repositories:inside:Create"] = "true",
                ["Backup:Repositories:inside:PasswordSecret:Name"] = "repository",
            },
            prepare: dapr =>
            {
                var secrets = new SecretStoreDouble();
                secrets.Secrets["repository"] = new() { ["repository"] = "from the store" };
                dapr.SecretStores["backup-secrets"] = secrets;
            });

        JsonElement job = await dapr.Service.RunAsync("""{"repository":"inside","backup":{"sources":[{"payload":{"name":"a","text":"x"}}],"verify":{"readData":true}}}""");

        Assert.Equal("succeeded", job.GetProperty("state").GetString());
        Assert.True(job.GetProperty("result").GetProperty("check").GetProperty("healthy").GetBoolean());
    }

    // The state of another application, as an alias component with its prefix shows it.
    private static Task<DaprService> StartAsync() => DaprService.StartAsync(
        prepare: dapr => dapr.StateStores[Store] = new StateStoreDouble(new StateBacking(StateFlavor.Postgres)) { KeyPrefix = "orders" });

    private static JsonElement State(JsonElement job) => job.GetProperty("result").GetProperty("state");

    private static string Text(StateDatabase backing, string key) => Encoding.UTF8.GetString(backing.Read(key) ?? []);
}
