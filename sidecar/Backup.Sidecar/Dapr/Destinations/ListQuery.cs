using System.Buffers;
using System.Text.Json;

namespace Backup.Sidecar.Dapr.Destinations;

/// <summary>What bindings to object stores want to know for a listing.</summary>
internal static class ListQuery
{
    public static ReadOnlyMemory<byte> Of(string prefix, int maxResults, string marker = "")
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        writer.WriteString("prefix"u8, prefix);
        writer.WriteNumber("maxResults"u8, maxResults);
        if (marker.Length > 0)
        {
            writer.WriteString("marker"u8, marker);
        }

        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenMemory;
    }
}
