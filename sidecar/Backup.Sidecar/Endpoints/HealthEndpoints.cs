using Backup.Sidecar.Jobs;
using Backup.Sidecar.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Backup.Sidecar.Endpoints;

/// <summary>What probes ask. They need no token, and get no secrets.</summary>
internal sealed class HealthEndpoints(JobBook book)
{
    /// <summary>Paths that are open to everybody.</summary>
    public static IReadOnlySet<string> Paths { get; } = new HashSet<string>(StringComparer.Ordinal) { "/healthz", "/readyz" };

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/healthz", context => context.Response.WriteAsync("ok", context.RequestAborted));
        routes.MapGet("/readyz", ReadyAsync);
    }

    private Task ReadyAsync(HttpContext context) => context.WriteAsync(
        new Readiness(book.IsAccepting, book.Queued, book.Running),
        ServiceJson.Default.Readiness,
        book.IsAccepting ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
}
