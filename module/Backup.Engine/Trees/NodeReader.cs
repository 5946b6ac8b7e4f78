using Backup.Engine.Json;

namespace Backup.Engine.Trees;

/// <summary>Reads nodes. It remembers what is mostly repeated from one node to the next, so that it is shared.</summary>
internal sealed class NodeReader
{
    private readonly List<BlobId> _content = [];
    private readonly List<ExtendedAttribute> _attributes = [];
    private string? _name;
    private string _lastName = "";
    private string? _typeName;
    private string _lastTypeName = "file";
    private string _user = "";
    private string _group = "";
    private string _lastUser = "root";
    private string _lastGroup = "root";
    private uint _mode;
    private uint _uid;
    private uint _gid;
    private Timestamp _modTime;
    private Timestamp _accessTime;
    private Timestamp _changeTime;
    private ulong _inode;
    private ulong _deviceId;
    private ulong _size;
    private ulong _links;
    private ulong _device;
    private string _linkTarget = "";
    private string? _rawLinkTarget;
    private Dictionary<string, ReadOnlyMemory<byte>>? _genericAttributes;
    private bool _hasContent;
    private BlobId? _subtree;
    private string _error = "";

    /// <summary>What was wrong with the node read last though it can be used, or null.</summary>
    public string? Fault { get; private set; }

    /// <summary>Reads the node whose object the cursor has just entered.</summary>
    public Node Read(ref JsonCursor json)
    {
        json.ExpectObject();
        Clear();
        while (json.NextField())
        {
            NodeField field = NodeFieldName.Find(json.FieldName);
            if (!TryReadNumber(field, ref json) && !TryReadText(field, ref json))
            {
                json.SkipValue();
            }
        }

        if (_name is null || _typeName is null)
        {
            throw json.Damaged("a node has no name or no type");
        }

        return Build();
    }

    private void Clear()
    {
        _content.Clear();
        _attributes.Clear();
        _name = _typeName = _rawLinkTarget = null;
        _user = _group = _linkTarget = _error = "";
        _mode = _uid = _gid = 0;
        _modTime = _accessTime = _changeTime = Rfc3339.Missing;
        _inode = _deviceId = _size = _links = _device = 0;
        _genericAttributes = null;
        _hasContent = false;
        _subtree = null;
        Fault = null;
    }

    private bool TryReadNumber(NodeField field, ref JsonCursor json)
    {
        switch (field)
        {
            case NodeField.Mode:
                _mode = json.ReadUInt32();
                return true;
            case NodeField.ModTime:
                _modTime = json.ReadTime();
                return true;
            case NodeField.AccessTime:
                _accessTime = json.ReadTime();
                return true;
            case NodeField.ChangeTime:
                _changeTime = json.ReadTime();
                return true;
            case NodeField.Uid:
                _uid = json.ReadUInt32();
                return true;
            case NodeField.Gid:
                _gid = json.ReadUInt32();
                return true;
            case NodeField.Inode:
                _inode = json.ReadUInt64();
                return true;
            case NodeField.DeviceId:
                _deviceId = json.ReadUInt64();
                return true;
            case NodeField.Size:
                _size = json.ReadUInt64();
                return true;
            case NodeField.Links:
                _links = json.ReadUInt64();
                return true;
            case NodeField.Device:
                _device = json.ReadUInt64();
                return true;
            default:
                return false;
        }
    }

    private bool TryReadText(NodeField field, ref JsonCursor json)
    {
        switch (field)
        {
            case NodeField.Name:
                _name = json.ReadName();
                return true;
            case NodeField.Type:
                _typeName = _lastTypeName = json.ReadString(_lastTypeName);
                return true;
            case NodeField.User:
                _user = _lastUser = json.ReadString(_lastUser);
                return true;
            case NodeField.Group:
                _group = _lastGroup = json.ReadString(_lastGroup);
                return true;
            case NodeField.LinkTarget:
                _linkTarget = json.ReadString();
                return true;
            case NodeField.LinkTargetRaw:
                _rawLinkTarget = json.ReadBase64OrNull() is byte[] bytes ? FileName.Decode(bytes) : null;
                return true;
            case NodeField.ExtendedAttributes:
                ReadExtendedAttributes(ref json);
                return true;
            case NodeField.GenericAttributes:
                ReadGenericAttributes(ref json);
                return true;
            case NodeField.Content:
                ReadContent(ref json);
                return true;
            case NodeField.Subtree:
                _subtree = json.ReadIdOrNull() is Digest id ? new BlobId(id) : null;
                return true;
            case NodeField.Error:
                _error = json.ReadString();
                return true;
            default:
                return false;
        }
    }

    private void ReadContent(ref JsonCursor json)
    {
        _content.Clear();
        _hasContent = json.BeginArrayOrNull();
        while (_hasContent && json.NextElement())
        {
            _content.Add(new BlobId(json.CurrentId()));
        }
    }

    private void ReadExtendedAttributes(ref JsonCursor json)
    {
        _attributes.Clear();
        if (!json.BeginArrayOrNull())
        {
            return;
        }

        while (json.NextElement())
        {
            json.ExpectObject();
            string name = "";
            byte[]? value = null;
            while (json.NextField())
            {
                if (json.FieldName.SequenceEqual("name"u8))
                {
                    name = json.ReadString();
                }
                else if (json.FieldName.SequenceEqual("value"u8))
                {
                    value = json.ReadBase64OrNull();
                }
                else
                {
                    json.SkipValue();
                }
            }

            _attributes.Add(new ExtendedAttribute(name, value));
        }
    }

    private void ReadGenericAttributes(ref JsonCursor json)
    {
        json.Read();
        if (json.IsNull)
        {
            return;
        }

        json.ExpectObject();
        _genericAttributes = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        while (json.NextField())
        {
            string name = json.CurrentFieldName();
            _genericAttributes[name] = json.ReadRaw().ToArray();
        }
    }

    private Node Build()
    {
        string name = _name ?? "";
        if (FileName.Compare(name, _lastName) <= 0)
        {
            Fault = name == _lastName
                ? $"the node «{name}» is there twice, or has no name"
                : $"the node «{name}» comes after «{_lastName}»: wrong order";
        }

        _lastName = name;
        if (!NodeTypeName.TryFind(_typeName ?? "", out NodeType type))
        {
            Fault = $"the node «{name}» has the unknown type «{_typeName}»";
        }

        return new Node
        {
            Name = name,
            Type = type,
            Mode = _mode,
            ModTime = _modTime,
            AccessTime = _accessTime,
            ChangeTime = _changeTime,
            Uid = _uid,
            Gid = _gid,
            User = _user,
            Group = _group,
            Inode = _inode,
            DeviceId = _deviceId,
            Size = _size,
            Links = _links,
            LinkTarget = _rawLinkTarget ?? _linkTarget,
            ExtendedAttributes = _attributes.Count == 0 ? [] : _attributes.ToArray(),
            GenericAttributes = _genericAttributes,
            Device = _device,
            Content = _hasContent ? _content.ToArray() : null,
            Subtree = _subtree,
            Error = _error,
        };
    }
}
