using System.Text.Json;
using System.Text.Json.Serialization;

namespace Backup.Sidecar.Json;

/// <summary>Configuration knows text only: <c>"true"</c> and <c>"false"</c> count as booleans there.</summary>
internal sealed class TextAsBooleanConverter : JsonConverter<bool>
{
    public override bool Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType is JsonTokenType.True or JsonTokenType.False ? reader.GetBoolean()
        : bool.TryParse(reader.GetString(), out bool value) ? value
        : throw new JsonException($"«{reader.GetString()}» is neither true nor false.");

    public override void Write(Utf8JsonWriter writer, bool value, JsonSerializerOptions options) => writer.WriteBooleanValue(value);
}
