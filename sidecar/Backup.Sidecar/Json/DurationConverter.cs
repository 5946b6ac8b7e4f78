using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Backup.Engine;

namespace Backup.Sidecar.Json;

/// <summary>Durations as people write them: <c>90s</c>, <c>5m</c>, <c>1h30m</c>, or <c>hh:mm:ss</c>.</summary>
internal sealed class DurationConverter : JsonConverter<TimeSpan>
{
    public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        string text = reader.GetString() ?? "";
        return DurationText.TryParse(text, out TimeSpan duration)
            || (text.Contains(':', StringComparison.Ordinal)
                && TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out duration) && duration >= TimeSpan.Zero)
            ? duration
            : throw new JsonException($"«{text}» is no duration. Write 90s, 5m, 1h30m or 01:30:00.");
    }

    public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture) + "s");
}
