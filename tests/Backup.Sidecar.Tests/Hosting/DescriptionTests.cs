using System.Text.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Backup.Sidecar.Tests.Hosting;

/// <summary>What the service tells about itself.</summary>
public sealed class DescriptionTests
{
    [Fact]
    public async Task The_description_names_exactly_the_routes_that_there_are()
    {
        await using RunningService service = await RunningService.StartAsync();
        IEnumerable<string> routes = service.Service.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .SelectMany(route => (route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? []).Select(method => $"{method} {route.RoutePattern.RawText}"));

        JsonElement document = (await service.GetAsync("/openapi/v1.json")).Expect(200).Json;

        IEnumerable<string> described = document.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(method => $"{method.Name.ToUpperInvariant()} {path.Name}"));
        Assert.Equal(routes.Order(StringComparer.Ordinal), described.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Every_reference_of_the_description_leads_somewhere()
    {
        await using RunningService service = await RunningService.StartAsync();

        JsonElement document = (await service.GetAsync("/openapi/v1.json")).Expect(200).Json;

        JsonElement schemas = document.GetProperty("components").GetProperty("schemas");
        List<string> references = [.. References(document)];
        Assert.NotEmpty(references);
        Assert.All(references, reference => Assert.True(schemas.TryGetProperty(reference["#/components/schemas/".Length..], out _), reference));
    }

    [Fact]
    public async Task A_job_has_only_fields_that_are_described()
    {
        await using RunningService service = await RunningService.StartAsync();
        JsonElement job = await service.RunAsync("""{"operationId":"x","backup":{"sources":[{"payload":{"name":"a","text":"x"}}],"verify":{}}}""");
        JsonElement schemas = (await service.GetAsync("/openapi/v1.json")).Json.GetProperty("components").GetProperty("schemas");

        IEnumerable<string> undescribed = Undescribed(job, "Job")
            .Concat(Undescribed(job.GetProperty("request"), "JobRequest"))
            .Concat(Undescribed(job.GetProperty("request").GetProperty("backup"), "Backup"))
            .Concat(Undescribed(job.GetProperty("result"), "Result"))
            .Concat(Undescribed(job.GetProperty("result").GetProperty("snapshots")[0], "SnapshotResult"))
            .Concat(Undescribed(job.GetProperty("result").GetProperty("check"), "CheckResult"));

        Assert.Empty(undescribed);

        IEnumerable<string> Undescribed(JsonElement value, string schema) => value.EnumerateObject().Select(member => member.Name)
            .Except(schemas.GetProperty(schema).GetProperty("properties").EnumerateObject().Select(member => member.Name))
            .Select(name => $"{schema}.{name}");
    }

    [Fact]
    public async Task Jobs_show_in_the_measurements()
    {
        await using RunningService service = await RunningService.StartAsync();
        await service.RunAsync("""{"backup":{"sources":[{"payload":{"name":"a","text":"xyz"}}]}}""");

        string metrics = (await service.GetAsync("/metrics")).Expect(200).Text;

        string[] lines = metrics.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains(lines, line => line.StartsWith("backup_jobs_total{operation=\"backup\",repository=\"main\",policy=\"\",state=\"succeeded\"} ", StringComparison.Ordinal));
        Assert.Contains(lines, line => IsCounted(line, "backup_storage_requests_total{repository=\"main\",kind=\"save\"} "));
        Assert.Contains(lines, line => IsCounted(line, "backup_storage_bytes_total{repository=\"main\",direction=\"sent\"} "));
        Assert.Contains(lines, line => IsCounted(line, "backup_storage_bytes_total{repository=\"main\",direction=\"received\"} "));
        Assert.Contains("backup_storage_retries_total{repository=\"main\"} 0", lines);
        Assert.Contains(lines, line => line.StartsWith("backup_job_duration_seconds_bucket{operation=\"backup\",repository=\"main\",policy=\"\",le=\"+Inf\"} ", StringComparison.Ordinal));
        Assert.Contains("backup_jobs_queued 0", lines);
        Assert.All(lines, line => Assert.Matches(@"^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{([a-z]+=""[^""]*"",?)*\})? [0-9.eE+-]+)$", line));
    }

    [Fact]
    public async Task It_is_alive_and_ready_until_it_stops()
    {
        await using RunningService service = await RunningService.StartAsync();

        ServiceReply alive = (await service.GetAsync("/healthz")).Expect(200);
        ServiceReply ready = (await service.GetAsync("/readyz")).Expect(200);
        service.Book.Stop();
        ServiceReply stopping = (await service.GetAsync("/readyz")).Expect(503);
        ServiceReply late = await service.PostAsync("/v1/jobs", """{"operation":"check"}""");

        Assert.Equal("ok", alive.Text);
        Assert.True(ready.Json.GetProperty("ready").GetBoolean());
        Assert.False(stopping.Json.GetProperty("ready").GetBoolean());
        late.ExpectProblem(503, "Stopping");
    }

    private static bool IsCounted(string line, string series) => line.StartsWith(series, StringComparison.Ordinal) && !line.EndsWith(" 0", StringComparison.Ordinal);

    private static IEnumerable<string> References(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(member =>
            member.Name == "$ref" ? [member.Value.GetString() ?? ""] : References(member.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(References),
        _ => [],
    };
}
