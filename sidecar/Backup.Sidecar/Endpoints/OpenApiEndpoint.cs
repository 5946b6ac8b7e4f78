using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Backup.Sidecar.Endpoints;

/// <summary>The API's description. It is written by hand, and a test holds it against the routes.</summary>
internal static class OpenApiEndpoint
{
    public const string Path = "/openapi/v1.json";

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet(Path, async context =>
    {
        await using Stream document = Open();
        context.Response.ContentType = "application/json";
        await document.CopyToAsync(context.Response.Body, context.RequestAborted);
    });

    /// <summary>The document as it is in the program.</summary>
    public static Stream Open() => Assembly.GetExecutingAssembly().GetManifestResourceStream("openapi.json")
        ?? throw new InvalidOperationException("The program was built without openapi.json.");
}
