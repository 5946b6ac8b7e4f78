using Backup.Sidecar.CommandLine;
using Backup.Sidecar.Configuration;
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
    private const string EndpointVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string ProtocolVariable = "OTEL_EXPORTER_OTLP_PROTOCOL";

    private readonly TracerProvider _traces;
    private readonly MeterProvider _measurements;

    private TelemetryExport(TracerProvider traces, MeterProvider measurements) => (_traces, _measurements) = (traces, measurements);

    /// <summary>Begins to send; null where nobody wants it.</summary>
    /// <param name="environment">Reads one variable.</param>
    /// <exception cref="ConfigurationException">A variable holds what can't be meant.</exception>
    public static TelemetryExport? Start(Func<string, string?> environment)
    {
        if (environment(EndpointVariable) is not { Length: > 0 } endpoint)
        {
            return null;
        }

        if (!Uri.TryCreate(endpoint, UriKind.Absolute, out Uri? address) || address.Scheme is not ("http" or "https"))
        {
            throw new ConfigurationException($"{EndpointVariable} is «{endpoint}», but an address such as http://127.0.0.1:4317 is expected.");
        }

        bool isHttp = environment(ProtocolVariable) switch
        {
            "http/protobuf" => true,
            null or "" or "grpc" => false,
            { } other => throw new ConfigurationException($"{ProtocolVariable} is «{other}», but grpc or http/protobuf is expected."),
        };
        ResourceBuilder resource = ResourceBuilder.CreateDefault().AddService(
            environment("OTEL_SERVICE_NAME") is { Length: > 0 } name ? name : CommandPath.Program, serviceVersion: Session.Version);
        return new TelemetryExport(
            Sdk.CreateTracerProviderBuilder()
                .SetResourceBuilder(resource)
                .AddSource(Telemetry.Name, "Microsoft.AspNetCore", "System.Net.Http")
                .AddOtlpExporter(options => Configure(options, address, isHttp, "v1/traces"))
                .Build(),
            Sdk.CreateMeterProviderBuilder()
                .SetResourceBuilder(resource)
                .AddMeter(Telemetry.Name, "Microsoft.AspNetCore.Hosting", "System.Runtime")
                .AddOtlpExporter(options => Configure(options, address, isHttp, "v1/metrics"))
                .Build());
    }

    /// <summary>Sends what is left.</summary>
    public void Dispose()
    {
        _traces.Dispose();
        _measurements.Dispose();
    }

    private static void Configure(OtlpExporterOptions options, Uri endpoint, bool isHttp, string path)
    {
        options.Protocol = isHttp ? OtlpExportProtocol.HttpProtobuf : OtlpExportProtocol.Grpc;
        options.Endpoint = isHttp ? new Uri($"{endpoint.AbsoluteUri.TrimEnd('/')}/{path}") : endpoint;
    }
}
