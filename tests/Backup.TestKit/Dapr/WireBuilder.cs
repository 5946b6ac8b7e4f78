using Google.Protobuf;

namespace Backup.TestKit.Dapr;

/// <summary>Builds a protobuf message with Google's own writer.</summary>
internal sealed class WireBuilder
{
    private readonly List<byte> _message = [];

    public WireBuilder Text(int field, string? value) =>
        string.IsNullOrEmpty(value) ? this : Bytes(field, ByteString.CopyFromUtf8(value).ToByteArray());

    public WireBuilder Bytes(int field, byte[] value)
    {
        if (value.Length > 0)
        {
            Write(output =>
            {
                output.WriteTag(field, WireFormat.WireType.LengthDelimited);
                output.WriteBytes(ByteString.CopyFrom(value));
            });
        }

        return this;
    }

    public WireBuilder Number(int field, ulong value)
    {
        if (value != 0)
        {
            Write(output =>
            {
                output.WriteTag(field, WireFormat.WireType.Varint);
                output.WriteUInt64(value);
            });
        }

        return this;
    }

    public WireBuilder Message(int field, WireBuilder message)
    {
        Write(output =>
        {
            output.WriteTag(field, WireFormat.WireType.LengthDelimited);
            output.WriteBytes(ByteString.CopyFrom(message.ToArray()));
        });
        return this;
    }

    public WireBuilder Map(int field, IEnumerable<KeyValuePair<string, string>>? map)
    {
        foreach ((string key, string value) in map ?? [])
        {
            Message(field, new WireBuilder().Text(1, key).Text(2, value));
        }

        return this;
    }

    public byte[] ToArray() => [.. _message];

    private void Write(Action<CodedOutputStream> write)
    {
        using var stream = new MemoryStream();
        using (var output = new CodedOutputStream(stream, leaveOpen: true))
        {
            write(output);
        }

        _message.AddRange(stream.ToArray());
    }
}
