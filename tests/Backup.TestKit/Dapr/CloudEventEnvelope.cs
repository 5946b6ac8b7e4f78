using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Backup.TestKit.Dapr;

/// <summary>CloudEvents as daprd makes them when something is published, and takes them apart when it is delivered.</summary>
internal static class CloudEventEnvelope
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>What goes to the broker.</summary>
    public static byte[] Publish(
        string pubsub, string topic, string appId, byte[] data, string? contentType, Dictionary<string, string> metadata, DaprContext context)
    {
        if (IsTrue(metadata, "rawPayload"))
        {
            return data;
        }

        JsonObject envelope = IsCloudEvent(contentType)
            ? Adopt(data, pubsub, topic, context)
            : Make(pubsub, topic, appId, data, contentType, metadata, context);
        if (metadata.TryGetValue("ttlInSeconds", out string? ttl) && int.TryParse(ttl, out int seconds) && !context.BrokerHasTtl)
        {
            envelope["expiration"] = Time(context.Now.AddSeconds(seconds));
        }

        return Bytes(envelope);
    }

    /// <summary>What a subscriber with rawPayload gets: an envelope with a new id each time.</summary>
    public static JsonObject Wrap(string pubsub, string topic, byte[] data) => new()
    {
        ["id"] = Guid.NewGuid().ToString(),
        ["specversion"] = "1.0",
        ["datacontenttype"] = "application/octet-stream",
        ["source"] = "Dapr",
        ["type"] = "com.dapr.event.sent",
        ["topic"] = topic,
        ["pubsubname"] = pubsub,
        ["data_base64"] = Convert.ToBase64String(data),
    };

    /// <summary>Reads a message as an event; null if it is none.</summary>
    public static JsonObject? TryParse(byte[] message)
    {
        try
        {
            return JsonNode.Parse(message) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public static bool HasExpired(JsonObject cloudEvent, DateTimeOffset now) =>
        cloudEvent["expiration"] is JsonValue value
        && value.TryGetValue(out string? text)
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out DateTimeOffset expiration)
        && expiration < now;

    public static byte[] Bytes(JsonNode node) => Encoding.UTF8.GetBytes(node.ToJsonString(Plain));

    public static bool IsTrue(IReadOnlyDictionary<string, string> metadata, string name) =>
        metadata.TryGetValue(name, out string? value) && value.ToUpperInvariant() is "TRUE" or "1" or "Y" or "YES" or "T" or "ON";

    private static JsonObject Adopt(byte[] data, string pubsub, string topic, DaprContext context)
    {
        JsonObject envelope = TryParse(data) ?? throw new DaprFaultException(
            System.Net.HttpStatusCode.InternalServerError, GrpcCode.InvalidArgument, "ERR_PUBSUB_CLOUD_EVENTS_SER", "cannot create cloudevent");
        envelope.TryAdd("time", Time(context.Now));
        if (envelope.TryAdd("traceid", context.TraceParent))
        {
            envelope["traceparent"] = context.TraceParent;
        }

        envelope.TryAdd("tracestate", context.TraceState);
        envelope["topic"] = topic;
        envelope["pubsubname"] = pubsub;
        envelope["source"] ??= "Dapr";
        envelope["type"] ??= "com.dapr.event.sent";
        envelope["specversion"] ??= "1.0";
        return envelope;
    }

    private static JsonObject Make(
        string pubsub, string topic, string appId, byte[] data, string? contentType, Dictionary<string, string> metadata, DaprContext context)
    {
        string Override(string name, string value) =>
            metadata.FirstOrDefault(pair => pair.Key.Equals("cloudevent." + name, StringComparison.OrdinalIgnoreCase)).Value is { Length: > 0 } other
                ? other
                : value;
        string type = string.IsNullOrEmpty(contentType) ? "text/plain" : contentType;
        string traceParent = Override("traceparent", Override("traceid", context.TraceParent));
        var envelope = new JsonObject
        {
            ["datacontenttype"] = type,
            ["id"] = Override("id", Guid.NewGuid().ToString()),
            ["pubsubname"] = pubsub,
            ["source"] = Override("source", appId),
            ["specversion"] = "1.0",
            ["time"] = Time(context.Now),
            ["topic"] = topic,
            ["traceid"] = traceParent,
            ["traceparent"] = traceParent,
            ["tracestate"] = Override("tracestate", context.TraceState),
            ["type"] = Override("type", "com.dapr.event.sent"),
        };
        if (Override("subject", "") is { Length: > 0 } subject)
        {
            envelope["subject"] = subject;
        }

        string media = type.Split(';')[0].Trim().ToLowerInvariant();
        if (media is "application/octet-stream" or "application/cloudevents+protobuf")
        {
            envelope["data_base64"] = Convert.ToBase64String(data);
        }
        else
        {
            envelope["data"] = media is "application/json" || media.EndsWith("+json", StringComparison.Ordinal)
                ? Value(data)
                : Encoding.UTF8.GetString(data);
        }

        return envelope;
    }

    /// <summary>JSON as it is, big numbers included; a text if it is none.</summary>
    private static JsonNode? Value(byte[] data)
    {
        try
        {
            return JsonNode.Parse(data);
        }
        catch (JsonException)
        {
            return Encoding.UTF8.GetString(data);
        }
    }

    private static bool IsCloudEvent(string? contentType) =>
        contentType?.Split(';')[0].Trim().Equals("application/cloudevents+json", StringComparison.OrdinalIgnoreCase) == true;

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
