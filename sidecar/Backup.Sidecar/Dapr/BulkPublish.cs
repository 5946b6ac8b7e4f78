using System.Buffers;
using System.Net;
using System.Text.Json;

namespace Backup.Sidecar.Dapr;

/// <summary>Publishes several events in one call; on a daprd from before 1.17 the call has its alpha name.</summary>
internal static class BulkPublish
{
    public static async Task<IReadOnlyList<BulkPublishFailure>> SendAsync(
        DaprHttp http,
        string pubsubName,
        string topicName,
        IReadOnlyList<BulkPublishEntry> events,
        IReadOnlyDictionary<string, string>? metadata,
        CancellationToken cancellationToken)
    {
        string path = $"publish/bulk/{DaprHttp.Segment(pubsubName)}/{DaprHttp.Segment(topicName)}{DaprHttp.Query(metadata)}";
        ReadOnlyMemory<byte> body = Write(events);
        try
        {
            return await SendAsync(http, "v1.0/" + path, topicName, pubsubName, body, cancellationToken);
        }
        catch (DaprException exception) when (exception.IsUnknownApi)
        {
            return await SendAsync(http, "v1.0-alpha1/" + path, topicName, pubsubName, body, cancellationToken);
        }
    }

    private static async Task<IReadOnlyList<BulkPublishFailure>> SendAsync(
        DaprHttp http, string path, string topicName, string pubsubName, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        try
        {
            await http.SendAsync(
                $"publish to the topic {topicName} of {pubsubName}",
                new DaprHttpCall { Method = HttpMethod.Post, Path = path, Body = body },
                cancellationToken);
            return [];
        }
        catch (DaprException exception) when (exception is { HttpStatus: HttpStatusCode.InternalServerError, Body: { } answer }
            && Failures(answer) is { Count: > 0 } failures)
        {
            return failures;
        }
    }

    private static ReadOnlyMemory<byte> Write(IReadOnlyList<BulkPublishEntry> events)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartArray();
        foreach (BulkPublishEntry entry in events)
        {
            writer.WriteStartObject();
            writer.WriteString("entryId", entry.EntryId);
            writer.WritePropertyName("event");
            if (entry.ContentType.EndsWith("json", StringComparison.OrdinalIgnoreCase))
            {
                writer.WriteRawValue(entry.Event.Span);
            }
            else if (entry.ContentType == "application/octet-stream")
            {
                writer.WriteBase64StringValue(entry.Event.Span);
            }
            else
            {
                writer.WriteStringValue(entry.Event.Span);
            }

            writer.WriteString("contentType", entry.ContentType);
            if (entry.Metadata is { Count: > 0 } metadata)
            {
                writer.WriteStartObject("metadata");
                foreach ((string key, string value) in metadata)
                {
                    writer.WriteString(key, value);
                }

                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.Flush();
        return buffer.WrittenMemory;
    }

    private static List<BulkPublishFailure> Failures(byte[] body)
    {
        using JsonDocument document = JsonDocument.Parse(body);
        return document.RootElement.TryGetProperty("failedEntries", out JsonElement failed) && failed.ValueKind == JsonValueKind.Array
            ? [.. failed.EnumerateArray().Select(entry =>
                new BulkPublishFailure(DaprJson.Text(entry, "entryId") ?? "", DaprJson.Text(entry, "error") ?? ""))]
            : [];
    }
}
