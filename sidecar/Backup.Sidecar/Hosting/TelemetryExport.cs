using Backup.Sidecar.CommandLine;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Backup.Sidecar.Hosting;

/// <summary>
/// Sends traces and measurements to a collector (OTLP), if the environment names one. The variables are OpenTelemetry's own:
/// <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>, <c>OTEL_EXPORTER_OTLP_PROTOCOL</c>, <c>OTEL_SERVICE_NAME</c> …
/// </summary>
internal sealed class TelemetryExport : IDisposable
{
    private readonly TracerProvider _traces;
    private readonly MeterProvider _measurements;

    private TelemetryExport(TracerProvider traces, MeterProvider measurements) => (_traces, _measurements) = (traces, measurements);

    /// <summary>Begins to send; null where nobody wants it.</summary>
    /// <param name="environment">Reads one variable.</param>
    public static TelemetryExport? Start(Func<string, string?> environment)
    {
        if (environment("OTEL_EXPORTER_OTLP_ENDPOINT") is not { Length: > 0 } endpoint)
        {
            return null;
        }

        ResourceBuilder resource = ResourceBuilder.CreateDefault().AddService(
            environment("OTEL_SERVICE_NAME") is { Length: > 0 } name ? name : CommandPath.Program, serviceVersion: Session.Version);
        bool isHttp = environment("OTEL_EXPORTER_OTLP_PROTOCOL") is "http/protobuf";
        return new TelemetryExport(
            Sdk.CreateTracerProviderBuilder()
                .SetResourceBuilder(resource)
                .AddSource(Telemetry.Name, "Microsoft.AspNetCore", "System.Net.Http")
                .AddOtlpExporter(options => Configure(options, endpoint, isHttp, "v1/traces"))
                .Build(),
            Sdk.CreateMeterProviderBuilder()
                .SetResourceBuilder(resource)
                .AddMeter(Telemetry.Name, "Microsoft.AspNetCore.Hosting", "System.Runtime")
                .AddOtlpExporter(options => Configure(options, endpoint, isHttp, "v1/metrics"))
                .Build());
    }

    /// <summary>Sends what is left.</summary>
    public void Dispose()
    {
        _traces.Dispose();
        _measurements.Dispose();
    }

    private static void Configure(OtlpExporterOptions options, string endpoint, bool isHttp, string path)
    {
        options.Protocol = isHttp ? OtlpExportProtocol.HttpProtobuf : OtlpExportProtocol.Grpc;
        options.Endpoint = new Uri(isHttp ? $"{endpoint.TrimEnd('/')}/{path}" : endpoint);
    }
}
