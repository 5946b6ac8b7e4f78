using System.Buffers;
using System.Text.Json;

namespace Backup.Sidecar.Dapr;

/// <summary>Calls of output bindings as bytes: over gRPC, and over HTTP.</summary>
internal static class BindingMessages
{
    public static ProtoWriter Invoke(BindingRequest request) =>
        new ProtoWriter(request.Data.Length + 1024)
            .String(1, request.BindingName)
            .Bytes(2, request.Data.Span)
            .Map(3, request.Metadata)
            .String(4, request.Operation);

    public static BindingResponse Read(ReadOnlyMemory<byte> message)
    {
        ReadOnlyMemory<byte> data = default;
        var metadata = new Dictionary<string, string>();
        var reader = new ProtoReader(message.Span);
        while (reader.Read())
        {
            switch (reader.Field)
            {
                case 1:
                    data = message.Slice(reader.End - reader.Bytes.Length, reader.Bytes.Length);
                    break;
                case 2:
                    reader.AddTo(metadata);
                    break;
            }
        }

        return new BindingResponse(data, metadata);
    }

    /// <summary>The same call as JSON.</summary>
    /// <param name="request">The call; its data is JSON, or empty.</param>
    public static ReadOnlyMemory<byte> ToJson(BindingRequest request)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        writer.WriteString("operation"u8, request.Operation);
        if (!request.Data.IsEmpty)
        {
            writer.WritePropertyName("data"u8);
            writer.WriteRawValue(request.Data.Span);
        }

        writer.WriteStartObject("metadata"u8);
        foreach ((string key, string value) in request.Metadata)
        {
            writer.WriteString(key, value);
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenMemory;
    }
}
