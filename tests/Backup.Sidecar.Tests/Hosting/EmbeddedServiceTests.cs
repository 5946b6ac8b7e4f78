using System.Text;
using System.Text.Json;

namespace Backup.Sidecar.Tests.Hosting;

/// <summary>The service as a whole, without Dapr, over HTTP.</summary>
public sealed class EmbeddedServiceTests
{
    [Fact]
    public async Task A_folder_is_backed_up_looked_at_and_restored()
    {
        await using RunningService service = await RunningService.StartAsync();
        string file = service.Folder.Write("data/a/one.txt", "first");
        service.Folder.Write("data/two.bin", new string('x', 100_000));
        string data = service.Folder.Combine("root/data");
        string target = service.Folder.Combine("root/out");

        JsonElement backup = await service.RunAsync($$$"""{"backup":{"sources":[{"files":{"paths":["{{{data}}}"]}}],"tags":["test"]}}""");
        JsonElement snapshot = backup.GetProperty("result").GetProperty("snapshots")[0];
        string id = snapshot.GetProperty("id").GetString() ?? "";
        JsonElement list = (await service.GetAsync("/v1/repositories/main/snapshots?tag=test")).Expect(200).Json;
        JsonElement one = (await service.GetAsync($"/v1/repositories/main/snapshots/{id[..10]}")).Expect(200).Json;
        JsonElement items = (await service.GetAsync($"/v1/repositories/main/snapshots/latest/items?path={data}&recursive=true")).Expect(200).Json;
        ServiceReply content = (await service.GetAsync($"/v1/repositories/main/snapshots/latest/content?path={file}")).Expect(200);
        ServiceReply archive = (await service.GetAsync($"/v1/repositories/main/snapshots/latest/content?path={data}&archive=tar")).Expect(200);
        JsonElement restore = await service.RunAsync($$$"""{"restore":{"folder":"{{{data}}}","target":"{{{target}}}","verify":true}}""");

        Assert.Equal("succeeded", backup.GetProperty("state").GetString());
        Assert.Equal(2, snapshot.GetProperty("filesNew").GetInt32());
        Assert.Equal(100_005, snapshot.GetProperty("bytes").GetInt64());
        Assert.Equal(id, Assert.Single(list.GetProperty("snapshots").EnumerateArray()).GetProperty("id").GetString());
        Assert.Equal("test", one.GetProperty("tags")[0].GetString());
        Assert.Equal(
            [data, $"{data}/a", $"{data}/a/one.txt", $"{data}/two.bin"],
            items.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("path").GetString()));
        Assert.Equal("first", content.Text);
        Assert.Equal("application/x-tar", archive.ContentType);
        Assert.Equal("ustar", Encoding.ASCII.GetString(archive.Body, 257, 5));
        Assert.Equal("succeeded", restore.GetProperty("state").GetString());
        Assert.Equal(2, restore.GetProperty("result").GetProperty("restore").GetProperty("filesVerified").GetInt32());
        Assert.Equal("first", File.ReadAllText(Path.Combine(target, "a/one.txt")));
        Assert.Equal(100_000, new FileInfo(Path.Combine(target, "two.bin")).Length);
    }

    [Fact]
    public async Task What_a_request_brings_along_is_a_file_of_the_snapshot()
    {
        await using RunningService service = await RunningService.StartAsync();
        byte[] bytes = [0, 1, 255, 10];

        JsonElement job = await service.RunAsync(
            $$$"""{"repository":"main","backup":{"sources":[{"payload":{"name":"a/b.bin","base64":"{{{Convert.ToBase64String(bytes)}}}"}},{"payload":{"name":"ü.txt","text":"größe"}}]}}""");

        Assert.Equal("succeeded", job.GetProperty("state").GetString());
        string[] ids = [.. job.GetProperty("result").GetProperty("snapshots").EnumerateArray().Select(snapshot => snapshot.GetProperty("id").GetString() ?? "")];
        Assert.Equal(bytes, (await service.GetAsync($"/v1/repositories/main/snapshots/{ids[0]}/content?path=/payload/a/b.bin")).Expect(200).Body);
        Assert.Equal("größe", (await service.GetAsync($"/v1/repositories/main/snapshots/{ids[1]}/content?path=/payload/%C3%BC.txt")).Expect(200).Text);
    }

    [Fact]
    public async Task A_check_reads_the_data_and_damage_makes_it_fail()
    {
        await using RunningService service = await RunningService.StartAsync();
        await service.RunAsync("""{"backup":{"sources":[{"payload":{"name":"a","text":"content"}}],"verify":{"readData":true}}}""");

        JsonElement healthy = await service.RunAsync("""{"operation":"check","check":{"readData":true}}""");
        string pack = Directory.GetFiles(Path.Combine(service.Folder.Repository, "data"), "*", SearchOption.AllDirectories)[0];
        byte[] bytes = File.ReadAllBytes(pack);
        bytes[bytes.Length / 2] ^= 1;
        File.SetAttributes(pack, FileAttributes.Normal);
        File.WriteAllBytes(pack, bytes);
        JsonElement damaged = await service.RunAsync("""{"operation":"check","check":{"readData":true}}""");

        Assert.True(healthy.GetProperty("result").GetProperty("check").GetProperty("healthy").GetBoolean());
        Assert.Equal("failed", damaged.GetProperty("state").GetString());
        Assert.Equal("RepositoryDamaged", damaged.GetProperty("error").GetProperty("errorId").GetString());
        Assert.NotEqual(0, damaged.GetProperty("result").GetProperty("problemCount").GetInt64());
    }

    [Fact]
    public async Task A_differential_backup_compares_with_the_last_full_one()
    {
        await using RunningService service = await RunningService.StartAsync();
        string data = service.Folder.Combine("root/data");
        service.Folder.Write("data/one", "1");
        string Request(string type) => $$$"""{"backup":{"type":"{{{type}}}","sources":[{"files":{"paths":["{{{data}}}"]}}]}}""";

        JsonElement first = Snapshot(await service.RunAsync(Request("differential")));
        JsonElement incremental = Snapshot(await service.RunAsync(Request("incremental")));
        JsonElement differential = Snapshot(await service.RunAsync(Request("differential")));
        JsonElement full = Snapshot(await service.RunAsync(Request("full")));

        string id = first.GetProperty("id").GetString() ?? "";
        Assert.False(first.TryGetProperty("parent", out _));
        Assert.Equal(id, incremental.GetProperty("parent").GetString());
        Assert.Equal(id, differential.GetProperty("parent").GetString());
        Assert.Equal(1, differential.GetProperty("filesUnmodified").GetInt32());
        Assert.False(full.TryGetProperty("parent", out _));
        Assert.Equal(1, full.GetProperty("filesNew").GetInt32());

        static JsonElement Snapshot(JsonElement job) => job.GetProperty("result").GetProperty("snapshots")[0];
    }

    [Fact]
    public async Task A_job_that_fails_says_why_and_names_no_secret()
    {
        await using RunningService service = await RunningService.StartAsync(new Dictionary<string, string?>
        {
            ["Backup:Repositories:other:Location"] = "/nowhere/at/all",
            ["Backup:Repositories:other:Password"] = "another secret",
        });

        JsonElement job = await service.RunAsync("""{"operation":"check","repository":"other"}""");
        ServiceReply reply = await service.GetAsync("/v1/repositories/other/snapshots");
        ServiceReply all = await service.GetAsync("/v1/jobs");

        Assert.Equal("failed", job.GetProperty("state").GetString());
        Assert.Equal("RepositoryNotFound", job.GetProperty("error").GetProperty("errorId").GetString());
        reply.ExpectProblem(404, "RepositoryNotFound");
        Assert.DoesNotContain("secret", all.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_policy_is_run_by_name()
    {
        await using RunningService service = await RunningService.StartAsync(new Dictionary<string, string?>
        {
            ["Backup:Policies:nightly:Schedule"] = "0 2 * * *",
            ["Backup:Policies:nightly:TimeZone"] = "UTC",
            ["Backup:Policies:nightly:Repository"] = "main",
            ["Backup:Policies:nightly:Backup:Tags:0"] = "nightly",
            ["Backup:Policies:nightly:Backup:Sources:0:Payload:Name"] = "a",
            ["Backup:Policies:nightly:Backup:Sources:0:Payload:Text"] = "true",
        });

        ServiceReply accepted = (await service.PostAsync("/v1/policies/nightly/run", "", ("Idempotency-Key", "k"))).Expect(202);
        ServiceReply again = (await service.PostAsync("/v1/policies/nightly/run", "", ("Idempotency-Key", "k"))).Expect(200);
        JsonElement job = await service.EndOfAsync(accepted.Json.GetProperty("id").GetString() ?? "");
        JsonElement policy = Assert.Single((await service.GetAsync("/v1/policies")).Expect(200).Json.GetProperty("policies").EnumerateArray());

        Assert.Equal("succeeded", job.GetProperty("state").GetString());
        Assert.Equal("nightly", job.GetProperty("policy").GetString());
        Assert.Equal(accepted.Json.GetProperty("id").GetString(), again.Json.GetProperty("id").GetString());
        Assert.Equal(job.GetProperty("id").GetString(), policy.GetProperty("lastJob").GetProperty("id").GetString());
        Assert.EndsWith("T02:00:00+00:00", policy.GetProperty("next").GetString(), StringComparison.Ordinal);
        (await service.PostAsync("/v1/policies/other/run", "")).ExpectProblem(404, "NotFound");
    }

    [Fact]
    public async Task A_repository_is_created_where_the_configuration_says_so()
    {
        await using RunningService service = await RunningService.StartAsync();
        string place = service.Folder.Combine("new");
        await service.StopAsync();
        await using RunningService second = await RunningService.StartAsync(service.Folder, new Dictionary<string, string?>
        {
            ["Backup:Repositories:new:Location"] = place,
            ["Backup:Repositories:new:Password"] = "p",
            ["Backup:Repositories:new:Create"] = "true",
        });

        (await second.GetAsync("/v1/repositories/new/snapshots")).ExpectProblem(404, "RepositoryNotFound"); // looking creates nothing
        JsonElement job = await second.RunAsync("""{"repository":"new","backup":{"sources":[{"payload":{"name":"a","text":"x"}}]}}""");

        Assert.Equal("succeeded", job.GetProperty("state").GetString());
        JsonElement description = (await second.GetAsync("/v1/repositories/new")).Expect(200).Json;
        Assert.Equal(2, description.GetProperty("version").GetInt32());
    }
}
