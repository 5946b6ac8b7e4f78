using System.Text.Json;

namespace Backup.TestKit.Dapr;

/// <summary>What an application wants of a topic: from <c>/dapr/subscribe</c>, or declared.</summary>
public sealed record Subscription(string PubSubName, string Topic)
{
    /// <summary>Rules in their order: a CEL expression and a path; the last may be the default, without an expression.</summary>
    public IReadOnlyList<(string Match, string Path)> Routes { get; init; } = [];

    public string? DeadLetterTopic { get; init; }

    public bool RawPayload { get; init; }

    public bool Bulk { get; init; }

    public int MaxBulkMessages { get; init; } = 100;

    /// <summary>Reads an answer of <c>/dapr/subscribe</c>; what has no path at all is left out.</summary>
    public static IReadOnlyList<Subscription> Parse(byte[] answer)
    {
        using JsonDocument document = JsonDocument.Parse(answer);
        return [.. document.RootElement.EnumerateArray().Select(Parse).Where(subscription => subscription.Routes.Count > 0)];
    }

    private static Subscription Parse(JsonElement item)
    {
        var routes = new List<(string, string)>();
        string? fallback = Text(item, "route");
        if (item.TryGetProperty("routes", out JsonElement all) && all.ValueKind == JsonValueKind.Object)
        {
            if (all.TryGetProperty("rules", out JsonElement rules) && rules.ValueKind == JsonValueKind.Array)
            {
                routes.AddRange(rules.EnumerateArray().Select(rule => (Text(rule, "match") ?? "", Text(rule, "path") ?? "")));
            }

            fallback = Text(all, "default") ?? fallback;
        }

        if (fallback is not null)
        {
            routes.Add(("", fallback));
        }

        JsonElement bulk = item.TryGetProperty("bulkSubscribe", out JsonElement found) ? found : default;
        return new Subscription(Text(item, "pubsubname") ?? "", Text(item, "topic") ?? "")
        {
            Routes = routes,
            DeadLetterTopic = Text(item, "deadLetterTopic"),
            RawPayload = item.TryGetProperty("metadata", out JsonElement metadata)
                && metadata.ValueKind == JsonValueKind.Object && Text(metadata, "rawPayload") == "true",
            Bulk = bulk.ValueKind == JsonValueKind.Object && bulk.TryGetProperty("enabled", out JsonElement enabled) && enabled.GetBoolean(),
            MaxBulkMessages = bulk.ValueKind == JsonValueKind.Object
                && bulk.TryGetProperty("maxMessagesCount", out JsonElement most) && most.GetInt32() > 0 ? most.GetInt32() : 100,
        };
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text
            ? text
            : null;
}
