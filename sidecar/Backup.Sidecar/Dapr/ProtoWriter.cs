using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Backup.Sidecar.Dapr;

/// <summary>
/// Writes one protobuf message into a gRPC frame: varints and length-delimited fields, which is all that Dapr's messages
/// need. What is empty or zero is left out, as proto3 does.
/// </summary>
internal sealed class ProtoWriter
{
    private const int PrefixLength = 5;
    private const int LengthDelimited = 2;

    private readonly ArrayBufferWriter<byte> _buffer;

    /// <summary>A message of its own, with room for the frame's prefix before it.</summary>
    public ProtoWriter(int sizeHint = 256)
    {
        _buffer = new ArrayBufferWriter<byte>(sizeHint + PrefixLength);
        _buffer.GetSpan(PrefixLength)[..PrefixLength].Clear();
        _buffer.Advance(PrefixLength);
    }

    /// <summary>The message's bytes so far.</summary>
    private ReadOnlySpan<byte> Content => _buffer.WrittenSpan[PrefixLength..];

    /// <summary>A text; an empty one is left out.</summary>
    public ProtoWriter String(int field, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            int length = Encoding.UTF8.GetByteCount(value);
            Header(field, length);
            Encoding.UTF8.GetBytes(value, _buffer.GetSpan(length));
            _buffer.Advance(length);
        }

        return this;
    }

    /// <summary>Bytes; none are left out.</summary>
    public ProtoWriter Bytes(int field, ReadOnlySpan<byte> value) => value.IsEmpty ? this : Field(field, value);

    /// <summary>A number; zero is left out.</summary>
    public ProtoWriter Number(int field, ulong value)
    {
        if (value != 0)
        {
            Varint((uint)field << 3);
            Varint(value);
        }

        return this;
    }

    /// <summary>A message within this one; kept even if it is empty.</summary>
    public ProtoWriter Message(int field, Action<ProtoWriter> write)
    {
        var inner = new ProtoWriter();
        write(inner);
        return Field(field, inner.Content);
    }

    /// <summary>A map of texts, in the order that it gives them.</summary>
    public ProtoWriter Map(int field, IReadOnlyDictionary<string, string>? map)
    {
        foreach ((string key, string value) in map ?? EmptyMap)
        {
            Message(field, entry => entry.String(1, key).String(2, value));
        }

        return this;
    }

    /// <summary>The frame: no compression, the length, the message.</summary>
    public ReadOnlyMemory<byte> ToFrame()
    {
        byte[] frame = _buffer.WrittenSpan.ToArray();
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), (uint)(frame.Length - PrefixLength));
        return frame;
    }

    private static Dictionary<string, string> EmptyMap { get; } = [];

    private ProtoWriter Field(int field, ReadOnlySpan<byte> value)
    {
        Header(field, value.Length);
        _buffer.Write(value);
        return this;
    }

    private void Header(int field, int length)
    {
        Varint(((uint)field << 3) | LengthDelimited);
        Varint((uint)length);
    }

    private void Varint(ulong value)
    {
        Span<byte> span = _buffer.GetSpan(10);
        int length = 0;
        for (; value >= 0x80; value >>= 7)
        {
            span[length++] = (byte)(value | 0x80);
        }

        span[length++] = (byte)value;
        _buffer.Advance(length);
    }
}
