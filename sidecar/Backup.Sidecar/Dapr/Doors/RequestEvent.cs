using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Backup.Sidecar.Jobs;
using Backup.Sidecar.Json;

namespace Backup.Sidecar.Dapr.Doors;

/// <summary>A request that came as a CloudEvent.</summary>
/// <param name="Request">What is asked for.</param>
/// <param name="Key">Tells the event apart from others; null where its id means nothing.</param>
/// <param name="TraceParent">The trace context of who published it.</param>
internal sealed record RequestEvent(JobRequest Request, string? Key, string? TraceParent)
{
    private const string Suffix = ".requested";

    /// <summary>The type that Dapr gives to events whose publisher named none.</summary>
    private const string DefaultType = "com.dapr.event.sent";

    /// <summary>Reads one.</summary>
    /// <param name="cloudEvent">The envelope.</param>
    /// <param name="isRaw">Whether daprd made the envelope: then its id is another one at each delivery.</param>
    /// <exception cref="JsonException">It is none, or its data are no request.</exception>
    /// <exception cref="RequestException">Its type says something that nobody can do.</exception>
    public static RequestEvent Parse(JsonElement cloudEvent, bool isRaw)
    {
        if (cloudEvent.ValueKind != JsonValueKind.Object)
        {
            throw new JsonException("This is no CloudEvent.");
        }

        JobRequest request = RequestOf(cloudEvent);
        string? type = Text(cloudEvent, "type");
        if (type is not null && type != DefaultType)
        {
            request = OfType(request, type);
        }

        string? id = Text(cloudEvent, "id");
        return new RequestEvent(
            request,
            isRaw || id is null ? null : KeyOf($"{Text(cloudEvent, "source")}/{id}"),
            Text(cloudEvent, "traceparent"));
    }

    // Senders may name their events as long as they like.
    private static string KeyOf(string key) => key.Length <= JobIdentity.MaxKeyLength
        ? key
        : $"sha256:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))}";

    private static JobRequest OfType(JobRequest request, string type)
    {
        if (!type.EndsWith(Suffix, StringComparison.Ordinal)
            || !Enum.TryParse(type[..^Suffix.Length], ignoreCase: true, out JobOperation operation) || char.IsAsciiDigit(type[0]))
        {
            throw new RequestException(RequestException.Invalid, $"An event of the type «{type}» asks for nothing that could be done.");
        }

        // A policy says itself what it does.
        return request.Policy is null ? request with { Operation = request.Operation ?? operation } : request;
    }

    private static JobRequest RequestOf(JsonElement cloudEvent)
    {
        if (cloudEvent.TryGetProperty("data", out JsonElement data))
        {
            // Whoever publishes without a content type has a text made of the JSON.
            return (data.ValueKind == JsonValueKind.String
                ? JsonSerializer.Deserialize(Text(cloudEvent, "data") ?? "", ServiceJson.Default.JobRequest)
                : data.Deserialize(ServiceJson.Default.JobRequest)) ?? throw new JsonException("The event has no data.");
        }

        if (Text(cloudEvent, "data_base64") is { } base64)
        {
            try
            {
                return JsonSerializer.Deserialize(Encoding.UTF8.GetString(Convert.FromBase64String(base64)), ServiceJson.Default.JobRequest)
                    ?? throw new JsonException("The event has no data.");
            }
            catch (FormatException exception)
            {
                throw new JsonException("The event's data_base64 is no base64.", exception);
            }
        }

        throw new JsonException("The event has no data.");
    }

    private static string? Text(JsonElement element, string name)
    {
        if (!element.TryGetProperty(name, out JsonElement value) || value.ValueKind != JsonValueKind.String)
        {
            return null;
        }

        try
        {
            return value.GetString() is { Length: > 0 } text ? text : null;
        }
        catch (InvalidOperationException exception)
        {
            throw new JsonException($"The event's «{name}» is no text.", exception); // half of a surrogate pair
        }
    }
}
