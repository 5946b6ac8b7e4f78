using System.Text.Json;
using System.Text.Json.Nodes;
using Backup.Sidecar.Configuration;
using Backup.Sidecar.Hosting;
using Backup.Sidecar.Jobs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Backup.Sidecar.Dapr.Doors;

/// <summary>
/// Requests from a topic. daprd has its answer as soon as the request is in the journal, since some brokers bring a message
/// again while a handler is still busy, and others take it for done whatever is answered.
/// </summary>
internal sealed class TopicDoor(JobBook book, ServiceConfiguration configuration, ILogger<TopicDoor> log)
{
    private const string Path = "/dapr/events/requests";

    private DaprSettings Settings => configuration.Current.Dapr;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/dapr/config", context => context.Response.WriteAsync("{}", context.RequestAborted));
        routes.MapGet("/dapr/subscribe", SubscribeAsync);
        routes.MapPost(Path, ReceiveAsync);
    }

    private async Task SubscribeAsync(HttpContext context)
    {
        var subscriptions = new JsonArray();
        if (Settings.HasRequests)
        {
            var subscription = new JsonObject
            {
                ["pubsubname"] = Settings.PubSub,
                ["topic"] = Settings.RequestTopic,
                ["route"] = Path,
                ["metadata"] = Settings.RawRequests ? new JsonObject { ["rawPayload"] = "true" } : new JsonObject(),
            };
            if (Settings.HasDeadLetters)
            {
                subscription["deadLetterTopic"] = Settings.DeadLetterTopic;
            }

            subscriptions.Add((JsonNode)subscription);
        }

        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(subscriptions.ToJsonString(), context.RequestAborted);
    }

    private async Task ReceiveAsync(HttpContext context)
    {
        try
        {
            using JsonDocument document = await JsonDocument.ParseAsync(context.Request.Body, default, context.RequestAborted);
            RequestEvent request = RequestEvent.Parse(document.RootElement, Settings.RawRequests);
            string? trace = context.Request.Headers.TraceParent.FirstOrDefault() is { Length: > 0 } header ? header : request.TraceParent;
            await book.AcceptAsync(request.Request, new JobOrigin(JobDoor.Event, request.Key, trace), context.RequestAborted);
        }
        catch (Exception exception) when (IsLater(exception))
        {
            log.DeliveryPutOff(exception);
            await DeliveryReply.RetryAsync(context);
            return;
        }
        catch (Exception exception) when (IsHopeless(exception))
        {
            log.DeliveryDropped(exception.Message);
            await DeliveryReply.DropAsync(context);
            return;
        }

        await DeliveryReply.SuccessAsync(context);
    }

    /// <summary>Whether the same request may be taken later.</summary>
    public static bool IsLater(Exception exception) =>
        exception is JournalException or RequestException { ErrorId: RequestException.Busy or RequestException.Stopping };

    /// <summary>Whether the same request will never be taken: it is no JSON, or what REST answers 4xx.</summary>
    public static bool IsHopeless(Exception exception) => exception is JsonException || ErrorMap.Status(exception) is >= 400 and < 500;
}
