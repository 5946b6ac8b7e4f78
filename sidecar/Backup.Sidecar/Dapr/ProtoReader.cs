using System.Text;

namespace Backup.Sidecar.Dapr;

/// <summary>
/// Reads the fields of one protobuf message, in whatever order they come. Fields nobody asks for are passed over.
/// </summary>
internal ref struct ProtoReader
{
    private readonly int _length;
    private ReadOnlySpan<byte> _rest;

    /// <summary>A reader of a message without its frame.</summary>
    public ProtoReader(ReadOnlySpan<byte> message)
    {
        _rest = message;
        _length = message.Length;
    }

    /// <summary>Where in the message the field ends that was read last.</summary>
    public readonly int End => _length - _rest.Length;

    /// <summary>The number of the field that was read last.</summary>
    public int Field { get; private set; }

    /// <summary>Its bytes, if it is a text, bytes or a message; else empty.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>Its value, if it is a number; else 0.</summary>
    public ulong Number { get; private set; }

    /// <summary>Its text.</summary>
    public readonly string Text => Encoding.UTF8.GetString(Bytes);

    /// <summary>Reads the next field.</summary>
    /// <returns>False at the message's end.</returns>
    /// <exception cref="FormatException">The bytes are no message.</exception>
    public bool Read()
    {
        if (_rest.IsEmpty)
        {
            return false;
        }

        ulong tag = Varint();
        Field = tag >> 3 is > 0 and <= int.MaxValue ? (int)(tag >> 3) : throw Damaged();
        Bytes = default;
        Number = 0;
        switch (tag & 7)
        {
            case 0:
                Number = Varint();
                break;
            case 1:
                Take(8);
                break;
            case 2:
                Bytes = Take(Varint());
                break;
            case 5:
                Take(4);
                break;
            default:
                throw Damaged();
        }

        return true;
    }

    /// <summary>Adds the entry of a map of texts that was read last.</summary>
    public readonly void AddTo(Dictionary<string, string> map)
    {
        (string key, byte[] value) = Entry();
        map[key] = Encoding.UTF8.GetString(value);
    }

    /// <summary>The entry of a map that was read last.</summary>
    public readonly (string Key, byte[] Value) Entry()
    {
        string key = "";
        byte[] value = [];
        var entry = new ProtoReader(Bytes);
        while (entry.Read())
        {
            switch (entry.Field)
            {
                case 1:
                    key = entry.Text;
                    break;
                case 2:
                    value = entry.Bytes.ToArray();
                    break;
            }
        }

        return (key, value);
    }

    private ulong Varint()
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            if (_rest.IsEmpty)
            {
                throw Damaged();
            }

            byte next = _rest[0];
            _rest = _rest[1..];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw Damaged();
    }

    private ReadOnlySpan<byte> Take(ulong length)
    {
        if (length > (ulong)_rest.Length)
        {
            throw Damaged();
        }

        ReadOnlySpan<byte> taken = _rest[..(int)length];
        _rest = _rest[(int)length..];
        return taken;
    }

    private static FormatException Damaged() => new("Dapr's answer is no protobuf message.");
}
