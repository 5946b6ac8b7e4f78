using System.Text.Json;
using System.Text.Json.Serialization;

namespace Backup.Sidecar.Dapr;

/// <summary>The JSON documents of daprd's HTTP API, for which code is generated.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Dictionary<string, ConfigurationItem>))]
[JsonSerializable(typeof(Dictionary<string, string>))]
[JsonSerializable(typeof(Dictionary<string, Dictionary<string, string>>))]
[JsonSerializable(typeof(DaprComponent[]))]
internal sealed partial class DaprJson : JsonSerializerContext
{
    /// <summary>A member's text; null if there is none.</summary>
    public static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object
            && element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    /// <summary>Reads an answer.</summary>
    /// <exception cref="DaprException">It is not what it should be.</exception>
    public static T Read<T>(string what, byte[] body, Func<JsonDocument, T> read)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            return read(document);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            throw new DaprException($"Dapr could not {what}: its answer makes no sense.", exception);
        }
    }
}
