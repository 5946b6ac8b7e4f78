using System.Text.Json;
using Backup.TestKit.Dapr;
using Backup.TestKit.Http;

namespace Backup.Sidecar.Tests.Hosting;

/// <summary>What is backed up is named by an application's manifest, or found by a query.</summary>
public sealed class ManifestTests
{
    [Fact]
    public async Task An_application_names_files_configuration_and_keys()
    {
        string manifest = "";
        await using var application = new HttpStub(_ => new HttpStubAnswer { Body = System.Text.Encoding.UTF8.GetBytes(manifest) });
        await using DaprService dapr = await StartAsync(application);
        dapr.Dapr.StateStores["orders"].Backing.Write("o||a", "1"u8.ToArray());
        dapr.Dapr.StateStores["orders"].Backing.Write("o||b", "2"u8.ToArray());
        string file = dapr.Service.Folder.Write("data/a.txt", "content");
        manifest = $$"""{"state":{"orders":["a"]},"configuration":{"backup-config":["color"]},"files":["{{file}}"],"somethingNewer":1}""";

        JsonElement job = await dapr.Service.RunAsync(
            """
            {"backup":{"sources":[
              {"state":{"store":"orders","application":"shop","keys":["b"]}},
              {"configuration":{"store":"backup-config","application":"shop"}},
              {"files":{"application":"shop"}}]}}
            """);

        JsonElement[] snapshots = [.. job.GetProperty("result").GetProperty("snapshots").EnumerateArray()];
        string configuration = (await dapr.Service.GetAsync($"/v1/repositories/main/snapshots/{Id(snapshots[1])}/content?path=/configuration/backup-config.json")).Expect(200).Text;
        Assert.Equal("succeeded", job.GetProperty("state").GetString());
        Assert.Equal([3, 1, 1], snapshots.Select(snapshot => snapshot.GetProperty("files").GetInt32()));
        Assert.Equal(["color"], JsonElement.Parse(configuration).EnumerateObject().Select(item => item.Name));
        Assert.Equal([file], snapshots[2].GetProperty("paths").EnumerateArray().Select(path => path.GetString()));

        static string? Id(JsonElement snapshot) => snapshot.GetProperty("id").GetString();
    }

    [Theory]
    [InlineData("""{"files":["/etc/passwd"]}""", """{"files":{"application":"shop"}}""", "PathNotAllowed")]
    [InlineData("""{}""", """{"files":{"application":"shop"}}""", "SourceFailed")]
    [InlineData("""{}""", """{"configuration":{"store":"backup-config","application":"shop"}}""", "SourceFailed")]
    public async Task A_manifest_reaches_no_further_than_a_request_and_must_name_something(string manifest, string source, string errorId)
    {
        await using var application = new HttpStub(_ => new HttpStubAnswer { Body = System.Text.Encoding.UTF8.GetBytes(manifest) });
        await using DaprService dapr = await StartAsync(application);

        JsonElement job = await dapr.Service.RunAsync($$$"""{"backup":{"sources":[{{{source}}}]}}""");

        Assert.Equal(errorId, job.GetProperty("error").GetProperty("errorId").GetString());
    }

    [Fact]
    public async Task A_query_finds_keys_where_the_store_can_be_asked()
    {
        await using DaprService dapr = await DaprService.StartAsync(prepare: dapr =>
        {
            dapr.StateStores["documents"] = new StateStoreDouble { CanQuery = true, KeyPrefix = "none" };
            dapr.StateStores["plain"] = new StateStoreDouble();
        });
        for (int i = 0; i < 2500; i++)
        {
            dapr.Dapr.StateStores["documents"].Backing.Write($"k{i}", System.Text.Encoding.UTF8.GetBytes($$"""{"i": {{i}}}"""));
        }

        JsonElement job = await dapr.Service.RunAsync("""{"backup":{"sources":[{"state":{"store":"documents","query":"{\"filter\":{}}"}}]}}""");
        JsonElement refused = await dapr.Service.RunAsync("""{"backup":{"sources":[{"state":{"store":"plain","query":"{\"filter\":{}}"}}]}}""");
        ServiceReply nonsense = await dapr.Service.PostAsync("/v1/jobs", """{"backup":{"sources":[{"state":{"store":"plain","query":"all"}}]}}""");

        Assert.Equal(2501, job.GetProperty("result").GetProperty("snapshots")[0].GetProperty("files").GetInt32());
        Assert.Equal("SourceFailed", refused.GetProperty("error").GetProperty("errorId").GetString());
        nonsense.ExpectProblem(400, "InvalidRequest");
    }

    private static async Task<DaprService> StartAsync(HttpStub application)
    {
        var store = new ConfigurationStoreDouble();
        await store.SetAsync("color", "blue");
        await store.SetAsync("limit", "10");
        return await DaprService.StartAsync(
            new Dictionary<string, string?> { ["Backup:Applications:shop:Url"] = application.Address.ToString() },
            prepare: dapr =>
            {
                dapr.ConfigurationStores["backup-config"] = store;
                dapr.StateStores["orders"] = new StateStoreDouble { KeyPrefix = "o" };
            });
    }
}
