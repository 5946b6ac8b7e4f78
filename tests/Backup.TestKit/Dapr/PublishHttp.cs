using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Backup.TestKit.Dapr;

/// <summary>Publishing, over HTTP and, for one event, over gRPC.</summary>
internal sealed class PublishHttp(DaprDouble dapr)
{
    public DaprReply Handle(DaprRequest request, string[] rest)
    {
        if (request.Method is not ("POST" or "PUT") || rest.Length == 0)
        {
            throw DaprFaultException.NoSuchApi();
        }

        bool isBulk = rest[0] == "bulk" && rest.Length > 1;
        string[] place = isBulk ? rest[1..] : rest;
        string topic = string.Join('/', place[1..]);
        if (isBulk)
        {
            return Bulk(request, place[0], topic);
        }

        Publish(place[0], topic, request.Body, request.Headers.ContentType, request.Metadata, request.Headers.TraceParent, request.Headers.TraceState);
        return DaprReply.Empty;
    }

    public void Publish(
        string name, string topic, byte[] data, string? contentType, Dictionary<string, string> metadata, string? traceParent, string? traceState)
    {
        BrokerDouble broker = Broker(name, topic);
        var context = new DaprContext(dapr.Options.Time.GetUtcNow(), traceParent ?? "", traceState ?? "", broker.HasTtl);
        byte[] message = CloudEventEnvelope.Publish(name, topic, dapr.Options.AppId, data, contentType, metadata, context);
        broker.Publish(topic, message);
    }

    private BrokerDouble Broker(string name, string topic)
    {
        BrokerDouble broker = dapr.PubSubs.GetValueOrDefault(name) ?? throw new DaprFaultException(
            HttpStatusCode.NotFound, GrpcCode.InvalidArgument, "ERR_PUBSUB_NOT_FOUND", $"pubsub {name} is not found");
        if (topic.Length == 0)
        {
            throw new DaprFaultException(HttpStatusCode.NotFound, GrpcCode.InvalidArgument, "ERR_TOPIC_NAME_EMPTY", $"topic is empty in pubsub {name}");
        }

        if (broker.MayPublish?.Invoke(dapr.Options.AppId, topic) == false)
        {
            throw new DaprFaultException(
                HttpStatusCode.Forbidden, GrpcCode.PermissionDenied, "ERR_PUBSUB_FORBIDDEN", $"topic {topic} is not allowed for app id {dapr.Options.AppId}");
        }

        return broker.IsDown
            ? throw new DaprFaultException(
                HttpStatusCode.InternalServerError,
                GrpcCode.Internal,
                "ERR_PUBSUB_PUBLISH_MESSAGE",
                $"error when publishing to topic {topic} in pubsub {name}: connection refused")
            : broker;
    }

    private DaprReply Bulk(DaprRequest request, string name, string topic)
    {
        JsonArray entries;
        try
        {
            entries = JsonNode.Parse(request.Body) as JsonArray ?? throw new JsonException("not an array");
        }
        catch (JsonException exception)
        {
            throw new DaprFaultException(
                HttpStatusCode.BadRequest, GrpcCode.InvalidArgument, "ERR_PUBSUB_EVENTS_SER", $"error when unmarshaling the request for topic {topic} pubsub {name}: {exception.Message}");
        }

        var ids = new HashSet<string>();
        foreach (JsonNode? entry in entries)
        {
            if (entry?["entryId"]?.GetValue<string>() is not { Length: > 0 } id || !ids.Add(id))
            {
                throw new DaprFaultException(
                    HttpStatusCode.BadRequest, GrpcCode.InvalidArgument, "ERR_PUBSUB_EVENTS_SER", "entryId is duplicated or not present for entry");
            }
        }

        try
        {
            foreach (JsonNode? entry in entries)
            {
                string type = entry?["contentType"]?.GetValue<string>() ?? "";
                var metadata = request.Metadata;
                foreach ((string key, JsonNode? value) in entry?["metadata"] as JsonObject ?? [])
                {
                    metadata[key] = value?.GetValue<string>() ?? "";
                }

                Publish(name, topic, EventBytes(entry?["event"], type), type, metadata, request.Headers.TraceParent, request.Headers.TraceState);
            }

            return DaprReply.Empty;
        }
        catch (DaprFaultException fault) when (fault.ErrorCode == "ERR_PUBSUB_PUBLISH_MESSAGE")
        {
            var failed = new JsonArray([.. ids.Select(JsonNode (id) => new JsonObject { ["entryId"] = id, ["error"] = fault.Message })]);
            return new DaprReply(fault.Http, CloudEventEnvelope.Bytes(new JsonObject { ["failedEntries"] = failed, ["errorCode"] = fault.ErrorCode }));
        }
    }

    private static byte[] EventBytes(JsonNode? data, string contentType) => contentType switch
    {
        "application/octet-stream" => Convert.FromBase64String(data?.GetValue<string>() ?? ""),
        _ when contentType.EndsWith("json", StringComparison.OrdinalIgnoreCase) => CloudEventEnvelope.Bytes(data ?? new JsonObject()),
        _ => System.Text.Encoding.UTF8.GetBytes(data?.GetValue<string>() ?? ""),
    };
}
