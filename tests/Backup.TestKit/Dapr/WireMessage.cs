using Google.Protobuf;

namespace Backup.TestKit.Dapr;

/// <summary>A protobuf message taken apart by Google's own reader, so that the code under test is judged by another's.</summary>
internal sealed class WireMessage
{
    private readonly List<(int Field, ByteString? Bytes, ulong Number)> _fields = [];

    public WireMessage(byte[] message)
    {
        using var input = new CodedInputStream(message);
        for (uint tag = input.ReadTag(); tag != 0; tag = input.ReadTag())
        {
            int field = WireFormat.GetTagFieldNumber(tag);
            switch (WireFormat.GetTagWireType(tag))
            {
                case WireFormat.WireType.Varint:
                    _fields.Add((field, null, input.ReadUInt64()));
                    break;
                case WireFormat.WireType.LengthDelimited:
                    _fields.Add((field, input.ReadBytes(), 0));
                    break;
                default:
                    input.SkipLastField();
                    break;
            }
        }
    }

    public bool Has(int field) => _fields.Any(one => one.Field == field);

    public string Text(int field) => _fields.LastOrDefault(one => one.Field == field).Bytes?.ToStringUtf8() ?? "";

    public byte[] Bytes(int field) => _fields.LastOrDefault(one => one.Field == field).Bytes?.ToByteArray() ?? [];

    public ulong Number(int field) => _fields.LastOrDefault(one => one.Field == field).Number;

    public IEnumerable<string> Texts(int field) => All(field).Select(bytes => bytes.ToStringUtf8());

    public IEnumerable<WireMessage> Messages(int field) => All(field).Select(bytes => new WireMessage(bytes.ToByteArray()));

    public WireMessage? Message(int field) => Messages(field).LastOrDefault();

    public Dictionary<string, string> Map(int field) => Messages(field).ToDictionary(entry => entry.Text(1), entry => entry.Text(2));

    private IEnumerable<ByteString> All(int field) => _fields.Where(one => one.Field == field).Select(one => one.Bytes).OfType<ByteString>();
}
