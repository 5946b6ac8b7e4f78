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

    [Theory]
    [InlineData(StateFlavor.Redis, true)]
    [InlineData(StateFlavor.Postgres, true)]
    [InlineData(StateFlavor.Sqlite, true)]
    [InlineData(StateFlavor.Redis, false)]
    [InlineData(StateFlavor.Postgres, false)]
    [InlineData(StateFlavor.Sqlite, false)]
    public async Task A_value_that_comes_between_looking_and_writing_stays(StateFlavor flavor, bool isThere)
    {
        await using DaprService dapr = await StartAsync(flavor);
        StateDatabase backing = dapr.Dapr.StateStores[Store].Backing;
        backing.Write("orders||race", "1"u8.ToArray());
        await dapr.Service.RunAsync($$$"""{"backup":{"sources":[{"state":{"store":"{{{Store}}}","keys":["race"]} }]} }""");
        if (isThere)
        {
            backing.Write("orders||race", "2"u8.ToArray());
        }
        else
        {
            backing.Remove("orders||race");
        }

        dapr.Dapr.Faults.Add(FaultKind.Hold, path => path.EndsWith("SaveState", StringComparison.Ordinal), containing: "race");
        Task<JsonElement> restoring = dapr.Service.RunAsync($$$"""{"restore":{"state":{"store":"{{{Store}}}","mode":"onlyIfUnchanged"} } }""");
        await DaprService.UntilAsync(() => !dapr.Dapr.Faults.IsPending);
        backing.Write("orders||race", "newest"u8.ToArray());
        dapr.Dapr.ReleaseHeld();
        JsonElement result = State(await restoring);

        Assert.Equal("newest", Text(backing, "orders||race"));
        Assert.Equal(
            (1, 0, 0), (result.GetProperty("kept").GetInt32(), result.GetProperty("updated").GetInt32(), result.GetProperty("created").GetInt32()));
        Assert.Equal(["= race"], result.GetProperty("changes").EnumerateArray().Select(change => change.GetString()));
    }

    [Theory]
    [InlineData(StateFlavor.Redis)]
    [InlineData(StateFlavor.Postgres)]
    [InlineData(StateFlavor.Sqlite)]
    public async Task An_application_can_write_what_was_restored_as_it_always_has(StateFlavor flavor)
    {
        await using DaprService dapr = await StartAsync(flavor);
        StateDatabase backing = dapr.Dapr.StateStores[Store].Backing;
        backing.Write("orders||a", "1"u8.ToArray());
        await dapr.Service.RunAsync($$$"""{"backup":{"sources":[{"state":{"store":"{{{Store}}}","keys":["a"]} }]} }""");
        backing.Remove("orders||a");

        JsonElement restore = await dapr.Service.RunAsync($$$"""{"restore":{"state":{"store":"{{{Store}}}","mode":"onlyMissing"} } }""");
        string restored = Text(backing, "orders||a");
        using HttpResponseMessage write = await WriteAsync(dapr, """[{"key":"a","value":2}]""");

        Assert.Equal(1, State(restore).GetProperty("created").GetInt32());
        Assert.Equal("1", restored);
        Assert.True(write.IsSuccessStatusCode, await write.Content.ReadAsStringAsync());
        Assert.Equal("2", Text(backing, "orders||a"));
    }

    [Fact]
    public async Task Keys_that_want_their_version_to_be_given_are_overwritten_too()
    {
        await using DaprService dapr = await StartAsync(StateFlavor.Redis);
        StateDatabase backing = dapr.Dapr.StateStores[Store].Backing;
        (await WriteAsync(dapr, """[{"key":"a","value":1,"options":{"concurrency":"first-write"}}]""")).EnsureSuccessStatusCode();
        backing.Write("orders||b", "1"u8.ToArray());
        await dapr.Service.RunAsync($$$"""{"backup":{"sources":[{"state":{"store":"{{{Store}}}","keys":["a","b"]} }]} }""");
        backing.Write("orders||a", "2"u8.ToArray());
        backing.Write("orders||b", "2"u8.ToArray());

        JsonElement restore = await dapr.Service.RunAsync($$$"""{"restore":{"state":{"store":"{{{Store}}}"} } }""");

        Assert.Equal("succeeded", restore.GetProperty("state").GetString());
        Assert.Equal(("1", "1"), (Text(backing, "orders||a"), Text(backing, "orders||b")));
    }

    [Fact]
    public async Task Without_versions_nobody_can_promise_that_a_value_is_unchanged()
    {
        await using DaprService dapr = await DaprService.StartAsync(
            prepare: dapr => dapr.StateStores[Store] = new StateStoreDouble(new StateBacking(StateFlavor.Postgres)) { KeyPrefix = "orders", HasETags = false });
        StateDatabase backing = dapr.Dapr.StateStores[Store].Backing;
        backing.Write("orders||a", "1"u8.ToArray());
        await dapr.Service.RunAsync($$$"""{"backup":{"sources":[{"state":{"store":"{{{Store}}}","keys":["a"]} }]} }""");
        backing.Write("orders||a", "2"u8.ToArray());

        JsonElement restore = await dapr.Service.RunAsync($$$"""{"restore":{"state":{"store":"{{{Store}}}","mode":"onlyIfUnchanged"} } }""");

        Assert.Equal("SourceFailed", restore.GetProperty("error").GetProperty("errorId").GetString());
        Assert.Equal("2", Text(backing, "orders||a"));
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
    private static Task<DaprService> StartAsync(StateFlavor flavor = StateFlavor.Postgres) => DaprService.StartAsync(
        prepare: dapr => dapr.StateStores[Store] = new StateStoreDouble(new StateBacking(flavor)) { KeyPrefix = "orders" });

    /// <summary>Writes as applications do.</summary>
    private static async Task<HttpResponseMessage> WriteAsync(DaprService dapr, string items)
    {
        using var client = new HttpClient();
        using var content = new StringContent(items, Encoding.UTF8, "application/json");
        return await client.PostAsync(new Uri(dapr.Dapr.HttpEndpoint, $"v1.0/state/{Store}"), content);
    }

    private static JsonElement State(JsonElement job) => job.GetProperty("result").GetProperty("state");

    private static string Text(StateDatabase backing, string key) => Encoding.UTF8.GetString(backing.Read(key) ?? []);
}
