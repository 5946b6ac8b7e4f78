using System.Text;
using Backup.Sidecar.Configuration;
using Backup.TestKit.Dapr;
using Backup.TestKit.Http;

namespace Backup.Sidecar.Tests.Hosting;

/// <summary>A collector gets the traces and measurements of jobs.</summary>
public sealed class TelemetryTests
{
    private const string TraceId = "0af7651916cd43dd8448eb211c80319c";
    private const string ParentId = "b7ad6b7169203331";

    [Fact]
    public async Task A_collector_gets_the_span_of_a_job_below_that_of_who_published_the_request()
    {
        await using var collector = new HttpStub(_ => new HttpStubAnswer());
        await using DaprDouble dapr = await DaprDouble.StartAsync();
        var broker = new BrokerDouble();
        dapr.PubSubs["backup-pubsub"] = broker;
        Func<string, string?> environment = DaprService.EnvironmentOf(dapr);
        await using RunningService service = await RunningService.StartAsync(environment: name => name switch
        {
            "OTEL_EXPORTER_OTLP_ENDPOINT" => collector.Address.ToString(),
            "OTEL_EXPORTER_OTLP_PROTOCOL" => "http/protobuf",
            "OTEL_SERVICE_NAME" => "backup-of-the-shop",
            _ => environment(name),
        });
        await dapr.ConnectAppAsync(new ForwardingHandler(service.Service.Address));
        broker.Publish("backup-requests", Encoding.UTF8.GetBytes(
            $$"""{"specversion":"1.0","id":"1","source":"shop","type":"check.requested","traceparent":"00-{{TraceId}}-{{ParentId}}-01","data":{"repository":"main"} }"""));

        await broker.WhenPublishedAsync("backup-events", messages => messages.Any(message => Encoding.UTF8.GetString(message).Contains("check.completed", StringComparison.Ordinal)));
        await service.StopAsync(); // sends what is left

        byte[][] spans = [.. collector.Requests.Where(request => request.Target.EndsWith("/v1/traces", StringComparison.Ordinal)).Select(request => request.Body)];
        byte[] span = Assert.Single(spans, body => Has(body, "backup.check"u8));
        Assert.True(Has(span, Convert.FromHexString(TraceId)));
        Assert.True(Has(span, Convert.FromHexString(ParentId)));
        Assert.True(Has(span, "backup-of-the-shop"u8));
        Assert.Contains(collector.Requests, request => request.Target.EndsWith("/v1/metrics", StringComparison.Ordinal) && Has(request.Body, "backup.jobs"u8));
    }

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "not an address")]
    [InlineData("OTEL_EXPORTER_OTLP_PROTOCOL", "carrier pigeon")]
    public async Task A_variable_that_makes_no_sense_is_named(string variable, string value)
    {
        ConfigurationException exception = await Assert.ThrowsAsync<ConfigurationException>(() => RunningService.StartAsync(environment: name =>
            name == variable ? value
            : name == "OTEL_EXPORTER_OTLP_ENDPOINT" ? "http://127.0.0.1:4317"
            : null));

        Assert.Contains($"{variable} is «{value}»", exception.Message, StringComparison.Ordinal);
    }

    private static bool Has(byte[] body, ReadOnlySpan<byte> part) => body.AsSpan().IndexOf(part) >= 0;
}
