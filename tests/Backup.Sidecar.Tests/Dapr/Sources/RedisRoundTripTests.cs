using System.Text;
using System.Text.Json;
using Backup.Sidecar.Tests.Hosting;
using Backup.TestKit.Dapr;
using Backup.TestKit.Redis;

namespace Backup.Sidecar.Tests.Dapr.Sources;

/// <summary>Many keys of all kinds in a real Redis are backed up, wiped and restored; restic sees the same.</summary>
public sealed class RedisRoundTripTests
{
    private const string Store = "orders-state";

    private static readonly string[] OddKeys =
    [
        "a/b", "a%2Fb", "%", "%%", ".", "..", "...", "tab\there", "line\nbreak", "ümläut", "日本語", "emoji-🙂", "with space", " leading", "trailing ", "back\\slash",
        "quote\"quote", "'", "*", "?", "a|b", "a:b", "~", "-", "--help", "CON", "nul", "\u007f", "\u0001", new string('k', 300), new string('ü', 200),
    ];

    [FactIfOnPath("redis-server", "restic")]
    public Task Some_hundred_keys_come_back_byte_for_byte() => RunAsync(400);

    [FactIfOnPath("redis-server", "restic")]
    [Trait("Category", "Slow")]
    public Task Ten_thousand_keys_come_back_byte_for_byte() => RunAsync(10_000);

    private static async Task RunAsync(int count)
    {
        using RedisServer redis = await RedisServer.StartAsync();
        using var backing = new RedisBacking(redis);
        await using DaprService dapr = await DaprService.StartAsync(
            prepare: dapr => dapr.StateStores[Store] = new StateStoreDouble(backing) { KeyPrefix = "orders" });
        Dictionary<string, byte[]> before = Values(count);
        foreach ((string key, byte[] value) in before)
        {
            backing.Write($"orders||{key}", value);
        }

        string keys = JsonSerializer.Serialize(before.Keys);
        JsonElement backup = await dapr.Service.RunAsync($$$"""{"backup":{"sources":[{"state":{"store":"{{{Store}}}","keys":{{{keys}}} } }] } }""");
        Assert.Equal("succeeded", backup.GetProperty("state").GetString());
        Assert.Equal(0, backup.GetProperty("result").GetProperty("problemCount").GetInt32());
        backing.Wipe();
        Assert.Empty(backing.Keys);

        JsonElement dry = await dapr.Service.RunAsync($$$"""{"restore":{"dryRun":true,"state":{"store":"{{{Store}}}"} } }""");
        Assert.Empty(backing.Keys);
        JsonElement restore = await dapr.Service.RunAsync($$$"""{"restore":{"state":{"store":"{{{Store}}}"} } }""");

        Assert.Equal(before.Count, Created(dry));
        Assert.Equal(before.Count, Created(restore));
        Assert.Equal(before.Keys.Select(key => $"orders||{key}").Order(StringComparer.Ordinal), backing.Keys);
        Assert.All(before, pair => Assert.Equal(pair.Value, backing.Read($"orders||{pair.Key}")));
        CompareWithRestic(dapr.Service, before);
    }

    /// <summary>restic lists all of them and dumps the same bytes.</summary>
    private static void CompareWithRestic(RunningService service, Dictionary<string, byte[]> before)
    {
        ExternalProgram restic = ExternalProgram.Named("restic");
        restic["RESTIC_PASSWORD"] = RunningService.Password;
        restic["RESTIC_CACHE_DIR"] = service.Folder.Combine("cache");
        string repository = service.Folder.Repository;
        string[] listed = restic.Run("-r", repository, "ls", "latest", "--json", $"/state/{Store}").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        int files = listed.Select(line => JsonElement.Parse(line)).Count(node => node.TryGetProperty("type", out JsonElement type) && type.GetString() == "file");
        Assert.Equal(before.Count, files);
        string target = service.Folder.Combine("restored");
        restic.Run("-r", repository, "restore", "latest", "--target", target);
        JsonElement manifest = JsonElement.Parse(File.ReadAllBytes(Path.Combine(target, "state", $"{Store}.json")));
        Assert.Equal(before.Count, manifest.GetProperty("keys").GetArrayLength());
        foreach (JsonElement entry in manifest.GetProperty("keys").EnumerateArray())
        {
            string file = Path.Combine(target, "state", Store, entry.GetProperty("file").GetString() ?? "");
            Assert.Equal(before[entry.GetProperty("key").GetString() ?? ""], File.ReadAllBytes(file));
        }

        Assert.Equal("12345678901234567890123", restic.Run("-r", repository, "dump", "latest", $"/state/{Store}/large integer"));
    }

    private static Dictionary<string, byte[]> Values(int count)
    {
        var random = new Random(17);
        var values = new Dictionary<string, byte[]>
        {
            ["large integer"] = "12345678901234567890123"u8.ToArray(),
            ["number"] = "9007199254740993"u8.ToArray(),
            ["fraction"] = "0.1234567890123456789"u8.ToArray(),
            ["json"] = Encoding.UTF8.GetBytes("""{"b":1, "a":[1e400, "\u0000"]}"""),
            ["empty"] = [],
            ["zero byte"] = [0],
            ["base64 by chance"] = "YWJj"u8.ToArray(),
            ["large"] = new byte[300_000],
        };
        random.NextBytes(values["large"]);
        foreach (string key in OddKeys)
        {
            values[key] = Encoding.UTF8.GetBytes(key);
        }

        for (int i = values.Count; i < count; i++)
        {
            byte[] value = new byte[random.Next(0, 2000)];
            random.NextBytes(value);
            values[$"order-{i}"] = value;
        }

        return values;
    }

    private static int Created(JsonElement job) => job.GetProperty("result").GetProperty("state").GetProperty("created").GetInt32();
}
