using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Backup.Sidecar.Tests.Hosting;

/// <summary>What a backup does around the copying.</summary>
public sealed class BackupOptionTests
{
    private const string Payload = """{"payload":{"name":"a","text":"x"}}""";

    [Fact]
    public async Task Older_snapshots_of_the_same_source_are_removed_by_the_rules_and_no_others()
    {
        await using RunningService service = await RunningService.StartAsync();
        await service.RunAsync("""{"backup":{"sources":[{"payload":{"name":"other","text":"y"}}]}}""");
        await service.RunAsync($$$"""{"backup":{"sources":[{{{Payload}}}],"host":"elsewhere"}}""");
        await service.RunAsync($$$"""{"backup":{"sources":[{{{Payload}}}]}}""");

        JsonElement job = await service.RunAsync($$$"""{"backup":{"sources":[{{{Payload}}}],"retention":{"keepLast":1} } }""");
        JsonElement left = (await service.GetAsync("/v1/repositories/main/snapshots")).Expect(200).Json;

        JsonElement forget = job.GetProperty("result").GetProperty("forget");
        Assert.Equal(1, forget.GetProperty("kept").GetInt32());
        Assert.Single(forget.GetProperty("removed").EnumerateArray());
        Assert.Equal(3, left.GetProperty("snapshots").GetArrayLength());
    }

    [Fact]
    public async Task Snapshots_are_forgotten_by_a_job_of_its_own_but_never_without_a_rule()
    {
        await using RunningService service = await RunningService.StartAsync();
        await service.RunAsync($$$"""{"backup":{"sources":[{{{Payload}}}]}}""");
        await service.RunAsync($$$"""{"backup":{"sources":[{{{Payload}}}]}}""");

        JsonElement dry = await service.RunAsync("""{"forget":{"keepLast":1,"dryRun":true}}""");
        JsonElement real = await service.RunAsync("""{"forget":{"keepLast":1}}""");

        Assert.Equal(dry.GetProperty("result").GetProperty("forget").GetProperty("removed")[0].GetString(), real.GetProperty("result").GetProperty("forget").GetProperty("removed")[0].GetString());
        (await service.PostAsync("/v1/jobs", """{"forget":{}}""")).ExpectProblem(400, "InvalidRequest");
        (await service.PostAsync("/v1/jobs", """{"forget":{"keepDaily":-2}}""")).ExpectProblem(400, "InvalidRequest");
        (await service.PostAsync("/v1/jobs", """{"forget":{"keepWithin":"soon"}}""")).ExpectProblem(400, "InvalidRequest");
    }

    [Fact]
    public async Task The_application_is_quiesced_and_resumed_around_an_offline_backup()
    {
        await using SampleApplication application = await SampleApplication.StartAsync();
        await using RunningService service = await RunningService.StartAsync(With(application));

        JsonElement job = await service.RunAsync($$$"""{"backup":{"sources":[{{{Payload}}}],"method":"offline","application":"shop"}}""");

        Assert.Equal("succeeded", job.GetProperty("state").GetString());
        Assert.Equal(["POST /backup/quiesce", "POST /backup/resume"], application.Calls);
        Assert.True(job.GetProperty("result").GetProperty("downtimeSeconds").GetDouble() >= 0);
    }

    [Theory]
    [InlineData("offline", "POST /backup/quiesce", "GET /backup/export", "POST /backup/resume")]
    [InlineData("hybrid", "GET /backup/export", "POST /backup/quiesce", "GET /backup/export", "POST /backup/resume")]
    public async Task What_an_application_has_is_read_while_it_holds_still(string method, params string[] calls)
    {
        await using SampleApplication application = await SampleApplication.StartAsync();
        await using RunningService service = await RunningService.StartAsync(With(application));

        JsonElement job = await service.RunAsync(
            $$$"""{"backup":{"sources":[{"export":{"application":"shop"}}],"method":"{{{method}}}","application":"shop"}}""");

        Assert.Equal("succeeded", job.GetProperty("state").GetString());
        Assert.Equal(calls, application.Calls);
    }

    [Theory]
    [InlineData("""{"backup":{"sources":[null]}}""")]
    [InlineData("""{"backup":{"sources":[{"payload":{"name":"a","text":"x"}}],"tags":[null]}}""")]
    public async Task Nulls_are_refused(string request)
    {
        await using RunningService service = await RunningService.StartAsync();

        (await service.PostAsync("/v1/jobs", request)).ExpectProblem(400, "InvalidRequest");
    }

    [Fact]
    public async Task An_application_that_will_not_hold_still_is_resumed_and_no_snapshot_is_made()
    {
        await using SampleApplication application = await SampleApplication.StartAsync();
        application.Answer = async context =>
        {
            context.Response.StatusCode = context.Request.Path == "/backup/quiesce" ? 503 : 200;
            await context.Response.WriteAsync("as it likes");
            return true;
        };
        await using RunningService service = await RunningService.StartAsync(With(application));

        JsonElement job = await service.RunAsync($$$"""{"backup":{"sources":[{{{Payload}}}],"method":"offline","application":"shop"}}""");

        Assert.Equal("failed", job.GetProperty("state").GetString());
        Assert.Equal("QuiesceFailed", job.GetProperty("error").GetProperty("errorId").GetString());
        Assert.Equal(["POST /backup/quiesce", "POST /backup/resume"], application.Calls);
        Assert.Equal(0, (await service.GetAsync("/v1/repositories/main/snapshots")).Json.GetProperty("snapshots").GetArrayLength());
        (await service.PostAsync("/v1/jobs", $$$"""{"backup":{"sources":[{{{Payload}}}],"method":"offline"}}""")).ExpectProblem(400, "InvalidRequest");
        (await service.PostAsync("/v1/jobs", $$$"""{"backup":{"sources":[{{{Payload}}}],"application":"none"}}""")).ExpectProblem(400, "InvalidRequest");
    }

    private static Dictionary<string, string?> With(SampleApplication application) => new()
    {
        ["Backup:Applications:shop:Url"] = application.Url,
    };
}
