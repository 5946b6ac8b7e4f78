using System.Text;
using System.Text.Json;
using Backup.Sidecar.Tests.Hosting;
using Backup.TestKit.Dapr;
using Backup.TestKit.Dapr.Bindings;

namespace Backup.Sidecar.Tests.Dapr.Sources;

/// <summary>Configuration comes back through a binding, or as a file.</summary>
public sealed class ConfigurationRestoreTests : IAsyncLifetime
{
    private readonly ConfigurationStoreDouble _store = new();
    private readonly RedisBinding _redis = new();
    private readonly SqlBinding _sql = new();
    private DaprService? _dapr;

    private RunningService Service => _dapr?.Service ?? throw new InvalidOperationException("It is not started.");

    public async Task InitializeAsync()
    {
        await _store.SetAsync("color", "blue");
        await _store.SetAsync("limit", "10");
        await _store.SetAsync("odd key", "ü\n\"");
        _dapr = await DaprService.StartAsync(prepare: dapr =>
        {
            dapr.ConfigurationStores["backup-config"] = _store;
            dapr.Bindings["config-redis"] = _redis;
            dapr.Bindings["config-sql"] = _sql;
            dapr.Bindings["config-s3"] = new S3Binding();
        });
        JsonElement backup = await Service.RunAsync("""{"backup":{"sources":[{"configuration":{"store":"backup-config"}}]}}""");
        Assert.Equal("succeeded", backup.GetProperty("state").GetString());
        await _store.SetAsync("limit", "20");
    }

    public async Task DisposeAsync()
    {
        if (_dapr is not null)
        {
            await _dapr.DisposeAsync();
        }
    }

    [Fact]
    public async Task Through_redis_what_differs_is_written_as_its_configuration_store_keeps_it()
    {
        JsonElement dry = await Service.RunAsync("""{"restore":{"dryRun":true,"configuration":{"store":"backup-config","binding":"config-redis"}}}""");
        int writtenByThen = _redis.Names.Count;
        JsonElement job = await Service.RunAsync("""{"restore":{"configuration":{"store":"backup-config","binding":"config-redis"}}}""");

        JsonElement result = job.GetProperty("result").GetProperty("configuration");
        Assert.Equal(0, writtenByThen);
        Assert.Equal(["~ limit"], Changes(dry));
        Assert.Equal(["~ limit"], Changes(job));
        Assert.Equal((3, 0, 1, 2), Counts(result));
        Assert.Equal(["limit"], _redis.Names);
        Assert.Equal("10||1", Encoding.UTF8.GetString(_redis.Read("limit") ?? []));
    }

    [Fact]
    public async Task Through_postgresql_a_row_is_written_and_nothing_of_it_is_taken_for_sql()
    {
        JsonElement job = await Service.RunAsync(
            """{"restore":{"configuration":{"store":"backup-config","keys":["limit"],"binding":"config-sql","table":"app.configuration"}}}""");
        ServiceReply injection = await Service.PostAsync(
            "/v1/jobs", """{"restore":{"configuration":{"store":"backup-config","binding":"config-sql","table":"x; DROP TABLE y"}}}""");

        (string sql, string? parameters) = Assert.Single(_sql.Statements);
        Assert.Equal("succeeded", job.GetProperty("state").GetString());
        Assert.Contains("\"app\".\"configuration\"", sql, StringComparison.Ordinal);
        Assert.DoesNotContain("limit", sql, StringComparison.Ordinal);
        Assert.Equal(["limit", "10", "1", "{}"], JsonElement.Parse(parameters ?? "").EnumerateArray().Select(value => value.GetString()));
        injection.ExpectProblem(400, "InvalidRequest");
    }

    [Fact]
    public async Task A_file_is_the_document_or_a_manifest_of_kubernetes()
    {
        string json = Path.Combine(Service.Folder.Root, "config.json");
        string map = Path.Combine(Service.Folder.Root, "config-map.json");
        File.WriteAllText(json, "older");

        JsonElement dry = await Service.RunAsync($$$"""{"restore":{"dryRun":true,"target":"{{{json}}}","configuration":{"store":"backup-config"} } }""");
        string afterDry = File.ReadAllText(json);
        JsonElement document = await Service.RunAsync($$$"""{"restore":{"target":"{{{json}}}","configuration":{"store":"backup-config"} } }""");
        JsonElement manifest = await Service.RunAsync(
            $$$"""{"restore":{"target":"{{{map}}}","configuration":{"store":"backup-config","format":"configMap","name":"shop","namespace":"prod"} } }""");

        JsonElement written = JsonElement.Parse(File.ReadAllBytes(json));
        JsonElement configMap = JsonElement.Parse(File.ReadAllBytes(map));
        Assert.Equal("older", afterDry);
        Assert.Equal("succeeded", dry.GetProperty("state").GetString());
        Assert.Equal("succeeded", document.GetProperty("state").GetString());
        Assert.Equal(["color", "limit", "odd key"], written.EnumerateObject().Select(item => item.Name));
        Assert.Equal("ü\n\"", written.GetProperty("odd key").GetProperty("value").GetString());
        Assert.Equal(("v1", "ConfigMap"), (configMap.GetProperty("apiVersion").GetString(), configMap.GetProperty("kind").GetString()));
        Assert.Equal("""{"name":"shop","namespace":"prod"}""", JsonSerializer.Serialize(configMap.GetProperty("metadata")));
        Assert.Equal("""{"color":"blue","limit":"10"}""", JsonSerializer.Serialize(configMap.GetProperty("data")));
        Assert.Equal("RestoreIncomplete", manifest.GetProperty("error").GetProperty("errorId").GetString());
        Assert.Equal("odd key", manifest.GetProperty("result").GetProperty("problems")[0].GetProperty("item").GetString());
        Assert.Equal(2, Directory.GetFiles(Service.Folder.Root).Length);
    }

    [Theory]
    [InlineData("""{"target":"/etc/config.json","configuration":{"store":"backup-config"}}""", "PathNotAllowed")]
    [InlineData("""{"configuration":{"store":"backup-config"}}""", "InvalidRequest")]
    [InlineData("""{"configuration":{"store":"backup-config","binding":"a"},"state":{"store":"s"}}""", "InvalidRequest")]
    public async Task What_makes_no_sense_is_refused(string restore, string errorId) =>
        (await Service.PostAsync("/v1/jobs", $$"""{"restore":{{restore}}}""")).ExpectProblem(errorId == "PathNotAllowed" ? 403 : 400, errorId);

    [Theory]
    [InlineData("config-s3", "bindings.aws.s3")]
    [InlineData("none", "no component")]
    [InlineData("config-sql", "table")]
    public async Task A_binding_that_can_not_is_named_with_the_reason(string binding, string reason)
    {
        JsonElement job = await Service.RunAsync($$$"""{"restore":{"configuration":{"store":"backup-config","binding":"{{{binding}}}"} } }""");

        Assert.Equal("failed", job.GetProperty("state").GetString());
        Assert.Contains(reason, job.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_item_that_is_not_in_the_snapshot_is_named()
    {
        JsonElement job = await Service.RunAsync("""{"restore":{"configuration":{"store":"backup-config","keys":["none"],"binding":"config-redis"}}}""");

        Assert.Equal("ItemNotFound", job.GetProperty("error").GetProperty("errorId").GetString());
    }

    private static IEnumerable<string?> Changes(JsonElement job) =>
        job.GetProperty("result").GetProperty("configuration").GetProperty("changes").EnumerateArray().Select(change => change.GetString());

    private static (int Keys, int Created, int Updated, int Unchanged) Counts(JsonElement result) => (
        result.GetProperty("keys").GetInt32(),
        result.GetProperty("created").GetInt32(),
        result.GetProperty("updated").GetInt32(),
        result.GetProperty("unchanged").GetInt32());
}
