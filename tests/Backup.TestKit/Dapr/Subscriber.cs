using System.Text.Json;
using System.Text.Json.Nodes;

namespace Backup.TestKit.Dapr;

/// <summary>Brings the messages of one subscription to the application, and judges its answers as daprd does.</summary>
internal sealed class Subscriber(Subscription subscription, BrokerDouble broker, AppChannel app, DaprDoubleOptions options)
{
    private enum Verdict
    {
        Success,
        Drop,
        Retry,
    }

    /// <summary>Delivers messages, together if the subscription takes them so.</summary>
    public async Task<IReadOnlyList<Delivery>> DeliverAsync(IReadOnlyList<BrokerMessage> messages, CancellationToken cancellationToken)
    {
        if (subscription.Bulk)
        {
            return await DeliverBulkAsync(messages, cancellationToken);
        }

        var outcomes = new List<Delivery>();
        foreach (BrokerMessage message in messages)
        {
            outcomes.Add(await DeliverAsync(message, cancellationToken));
        }

        return outcomes;
    }

    private async Task<Delivery> DeliverAsync(BrokerMessage message, CancellationToken cancellationToken)
    {
        (JsonObject? cloudEvent, string? path, DeliveryOutcome early) = Prepare(message);
        string id = IdOf(cloudEvent);
        if (cloudEvent is null || path is null)
        {
            return End(message, id, early);
        }

        byte[] body = subscription.RawPayload ? CloudEventEnvelope.Bytes(cloudEvent) : message.Data;
        Verdict verdict = Verdict.Retry;
        for (int attempt = 0; attempt <= options.InboundRetries && verdict == Verdict.Retry; attempt++)
        {
            verdict = await PostAsync(path, body, cloudEvent, cancellationToken);
        }

        return End(message, id, verdict switch
        {
            Verdict.Success => DeliveryOutcome.Success,
            Verdict.Drop => DeliveryOutcome.Dropped,
            _ => DeliveryOutcome.Failed,
        });
    }

    private async Task<Verdict> PostAsync(string path, byte[] body, JsonObject cloudEvent, CancellationToken cancellationToken)
    {
        AppAnswer answer;
        try
        {
            answer = await app.CallAsync(
                HttpMethod.Post, path, body, "application/cloudevents+json", Headers(cloudEvent), cancellationToken);
        }
        catch (HttpRequestException)
        {
            return Verdict.Retry;
        }

        return answer.IsSuccess
            ? Status(answer.Body) switch
            {
                null or "" or "SUCCESS" => Verdict.Success,
                "DROP" => Verdict.Drop,
                _ => Verdict.Retry,
            }
            : answer.Status == 404 ? Verdict.Drop : Verdict.Retry;
    }

    private async Task<IReadOnlyList<Delivery>> DeliverBulkAsync(IReadOnlyList<BrokerMessage> messages, CancellationToken cancellationToken)
    {
        var outcomes = new Delivery?[messages.Count];
        var events = new JsonObject?[messages.Count];
        var paths = new string?[messages.Count];
        for (int i = 0; i < messages.Count; i++)
        {
            (events[i], paths[i], DeliveryOutcome early) = Prepare(messages[i]);
            if (events[i] is null || paths[i] is null)
            {
                outcomes[i] = End(messages[i], IdOf(events[i]), early);
            }
        }

        foreach (string path in paths.OfType<string>().Distinct().ToArray())
        {
            int[] open = [.. Enumerable.Range(0, messages.Count).Where(i => outcomes[i] is null && paths[i] == path)];
            for (int attempt = 0; attempt <= options.InboundRetries && open.Length > 0; attempt++)
            {
                Dictionary<string, Verdict> verdicts = await PostBulkAsync(path, open, messages, events, cancellationToken);
                foreach (int i in open)
                {
                    Verdict verdict = verdicts.GetValueOrDefault(EntryId(i), Verdict.Retry);
                    if (verdict != Verdict.Retry || attempt == options.InboundRetries)
                    {
                        outcomes[i] = End(messages[i], IdOf(events[i]), verdict switch
                        {
                            Verdict.Success => DeliveryOutcome.Success,
                            Verdict.Drop => DeliveryOutcome.Dropped,
                            _ => DeliveryOutcome.Failed,
                        });
                    }
                }

                open = [.. open.Where(i => outcomes[i] is null)];
            }
        }

        return [.. outcomes.OfType<Delivery>()];
    }

    private async Task<Dictionary<string, Verdict>> PostBulkAsync(
        string path, int[] which, IReadOnlyList<BrokerMessage> messages, JsonObject?[] events, CancellationToken cancellationToken)
    {
        var envelope = new JsonObject
        {
            ["id"] = Guid.NewGuid().ToString(),
            ["type"] = "com.dapr.event.sent.bulk",
            ["topic"] = subscription.Topic,
            ["pubsubname"] = subscription.PubSubName,
            ["metadata"] = new JsonObject(),
            ["entries"] = new JsonArray([.. which.Select(JsonNode (i) => new JsonObject
            {
                ["entryId"] = EntryId(i),
                ["event"] = subscription.RawPayload ? Convert.ToBase64String(messages[i].Data) : events[i]?.DeepClone(),
                ["contentType"] = subscription.RawPayload ? "application/octet-stream" : "application/cloudevents+json",
                ["metadata"] = new JsonObject(),
            })]),
        };
        AppAnswer answer;
        try
        {
            answer = await app.CallAsync(
                HttpMethod.Post, path, CloudEventEnvelope.Bytes(envelope), "application/json", cancellationToken: cancellationToken);
        }
        catch (HttpRequestException)
        {
            return [];
        }

        return answer.Status == 404
            ? which.ToDictionary(EntryId, _ => Verdict.Drop)
            : answer.IsSuccess ? Verdicts(answer.Body) : [];
    }

    private static Dictionary<string, Verdict> Verdicts(byte[] body)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            return document.RootElement.GetProperty("statuses").EnumerateArray().ToDictionary(
                entry => entry.GetProperty("entryId").GetString() ?? "",
                entry => entry.TryGetProperty("status", out JsonElement status)
                    ? status.GetString() switch { "SUCCESS" => Verdict.Success, "DROP" => Verdict.Drop, _ => Verdict.Retry }
                    : Verdict.Retry);
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return []; // unlike with single events, junk means that all come again
        }
    }

    /// <summary>What daprd decides before it asks the application: an event, where it goes, or how it ends.</summary>
    private (JsonObject? Event, string? Path, DeliveryOutcome Early) Prepare(BrokerMessage message)
    {
        JsonObject? cloudEvent = subscription.RawPayload
            ? CloudEventEnvelope.Wrap(subscription.PubSubName, subscription.Topic, message.Data)
            : CloudEventEnvelope.TryParse(message.Data);
        if (cloudEvent is null)
        {
            return (null, null, DeliveryOutcome.Failed);
        }

        if (CloudEventEnvelope.HasExpired(cloudEvent, options.Time.GetUtcNow()))
        {
            return (cloudEvent, null, DeliveryOutcome.Dropped);
        }

        (string Match, string Path) route = subscription.Routes.FirstOrDefault(one => CelSubset.Matches(one.Match, cloudEvent));
        return (cloudEvent, route.Path, DeliveryOutcome.Dropped);
    }

    private Delivery End(BrokerMessage message, string id, DeliveryOutcome outcome)
    {
        if (outcome is DeliveryOutcome.Dropped or DeliveryOutcome.Failed && subscription.DeadLetterTopic is { } dead && !broker.IsDown)
        {
            broker.Publish(dead, message.Data);
            outcome = DeliveryOutcome.DeadLettered;
        }

        return new Delivery(subscription.Topic, options.AppId, id, outcome);
    }

    private Dictionary<string, string> Headers(JsonObject cloudEvent)
    {
        var headers = new Dictionary<string, string> { ["pubsubname"] = subscription.PubSubName };
        foreach (string name in new[] { "traceparent", "tracestate" })
        {
            if (cloudEvent[name] is JsonValue value && value.TryGetValue(out string? text) && text.Length > 0)
            {
                headers[name] = text;
            }
        }

        return headers;
    }

    private static string? Status(byte[] body)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("status", out JsonElement status) && status.ValueKind == JsonValueKind.String
                ? status.GetString()
                : null;
        }
        catch (JsonException)
        {
            return null; // an answer that can't be read is a success
        }
    }

    private static string EntryId(int index) => index.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static string IdOf(JsonObject? cloudEvent) =>
        cloudEvent?["id"] is JsonValue value && value.TryGetValue(out string? id) ? id : "";
}
