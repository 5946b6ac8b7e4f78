using System.Diagnostics;
using System.Globalization;
using System.Text;
using Backup.Sidecar.Hosting;
using Backup.Sidecar.Jobs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Backup.Sidecar.Endpoints;

/// <summary>Measurements for Prometheus.</summary>
internal sealed class MetricsEndpoint(PrometheusCollector collector, JobBook book)
{
    public void Map(IEndpointRouteBuilder routes) => routes.MapGet("/metrics", WriteAsync);

    private async Task WriteAsync(HttpContext context)
    {
        var text = new StringBuilder();
        collector.Write(text);
        using Process process = Process.GetCurrentProcess();
        Gauge(text, "backup_jobs_queued", "Jobs that wait.", book.Queued);
        Gauge(text, "backup_jobs_running", "Jobs that run.", book.Running);
        Gauge(text, "process_resident_memory_bytes", "Resident memory in bytes.", process.WorkingSet64);
        Gauge(text, "process_start_time_seconds", "When the process started, in seconds since 1970.", new DateTimeOffset(process.StartTime).ToUnixTimeMilliseconds() / 1000.0);
        text.Append("# HELP process_cpu_seconds_total Processor time.\n# TYPE process_cpu_seconds_total counter\n")
            .Append(CultureInfo.InvariantCulture, $"process_cpu_seconds_total {process.TotalProcessorTime.TotalSeconds}\n");
        context.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
        await context.Response.WriteAsync(text.ToString(), context.RequestAborted);
    }

    private static void Gauge(StringBuilder text, string name, string help, double value) =>
        text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} gauge\n{name} {value}\n");
}
