using System.Text;
using System.Text.Json.Nodes;

namespace Shop;

/// <summary>
/// A microservice with orders in Dapr state. All that makes it fit for backups is below <c>/backup/</c>: it names its keys, holds still
/// while asked to, and gives and takes its orders as a whole.
/// </summary>
public static class ShopApplication
{
    /// <summary>What is asked for by <c>POST /backup-now</c>; in earnest a policy of the service says it.</summary>
    private const string BackupRequest =
        """
        {
          "backup": {
            "sources": [
              { "state": { "store": "state-shop", "application": "shop" } },
              { "export": { "application": "shop" } }
            ],
            "method": "offline",
            "application": "shop"
          }
        }
        """;

    /// <summary>Builds it.</summary>
    /// <param name="args">Settings of ASP.NET, such as <c>--urls</c>.</param>
    /// <param name="environment">Reads one environment variable: Dapr's.</param>
    public static WebApplication Create(string[] args, Func<string, string?> environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(args);
        var dapr = new HttpClient
        {
            BaseAddress = new Uri(environment("DAPR_HTTP_ENDPOINT") ?? $"http://127.0.0.1:{environment("DAPR_HTTP_PORT") ?? "3500"}"),
        };
        if (environment("DAPR_API_TOKEN") is { } token)
        {
            dapr.DefaultRequestHeaders.Add("dapr-api-token", token);
        }

        builder.Services.AddSingleton(_ => new Orders(dapr));
        WebApplication app = builder.Build();
        MapOrders(app, app.Services.GetRequiredService<Orders>());
        app.MapPost("/backup-now", (string? id, CancellationToken cancellationToken) => AskForBackupAsync(dapr, id, cancellationToken));
        return app;
    }

    private static void MapOrders(WebApplication app, Orders orders)
    {
        app.MapPut("/orders/{id}", async (string id, HttpRequest request, CancellationToken cancellationToken) =>
        {
            using var body = new StreamReader(request.Body);
            string order = await body.ReadToEndAsync(cancellationToken);
            return await orders.TrySaveAsync(id, order, cancellationToken) ? Results.NoContent() : Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
        });
        app.MapGet("/orders/{id}", async (string id, CancellationToken cancellationToken) =>
            await orders.FindAsync(id, cancellationToken) is { } order ? Results.Text(order) : Results.NotFound());

        // The application contract. Each may be left out that is not needed.
        app.MapGet("/backup/manifest", async (CancellationToken cancellationToken) =>
        {
            var keys = new JsonArray([.. (await orders.KeysAsync(cancellationToken)).Select(key => (JsonNode)key)]);
            return Results.Text(new JsonObject { ["state"] = new JsonObject { ["state-shop"] = keys } }.ToJsonString(), "application/json");
        });
        app.MapPost("/backup/quiesce", async (CancellationToken cancellationToken) =>
        {
            await orders.HoldAsync(cancellationToken); // when it answers, nothing is written any more
            return Results.NoContent();
        });
        app.MapPost("/backup/resume", () =>
        {
            orders.GoOn(); // it may be asked to more often than to hold still
            return Results.NoContent();
        });
        app.MapGet("/backup/export", async (CancellationToken cancellationToken) =>
            Results.Text((await orders.ExportAsync(cancellationToken)).ToJsonString(), "application/json"));
        app.MapPost("/backup/import", async (HttpRequest request, CancellationToken cancellationToken) =>
        {
            JsonNode? all = await JsonNode.ParseAsync(request.Body, cancellationToken: cancellationToken);
            await orders.ImportAsync(all?.AsObject() ?? [], cancellationToken);
            return Results.NoContent();
        });
    }

    /// <summary>Publishes a request over plain HTTP. With Dapr.Client it is one call of <c>PublishEventAsync</c>.</summary>
    private static async Task<IResult> AskForBackupAsync(HttpClient dapr, string? id, CancellationToken cancellationToken)
    {
        // The id tells the request apart from others: sent again, it is the same one.
        string query = $"metadata.cloudevent.type=backup.requested&metadata.cloudevent.id={Uri.EscapeDataString(id ?? Guid.NewGuid().ToString())}";
        using var content = new StringContent(BackupRequest, Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await dapr.PostAsync(
            new Uri($"v1.0/publish/backup-pubsub/backup-requests?{query}", UriKind.Relative), content, cancellationToken);
        response.EnsureSuccessStatusCode();
        return Results.Accepted();
    }
}
