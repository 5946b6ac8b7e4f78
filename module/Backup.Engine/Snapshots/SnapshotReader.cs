using Backup.Engine.Json;

namespace Backup.Engine.Snapshots;

/// <summary>Reads one snapshot document.</summary>
internal sealed class SnapshotReader
{
    private Timestamp _time = Rfc3339.Missing;
    private Digest? _parent;
    private Digest? _tree;
    private IReadOnlyList<string> _paths = [];
    private string _hostname = "";
    private string _username = "";
    private uint _uid;
    private uint _gid;
    private IReadOnlyList<string> _excludes = [];
    private IReadOnlyList<string> _tags = [];
    private Digest? _original;
    private string _programVersion = "";
    private SnapshotSummary? _summary;

    /// <summary>True for the fields that become part of a <see cref="Snapshot"/>.</summary>
    public static bool IsKnown(ReadOnlySpan<byte> field) =>
        field.SequenceEqual("time"u8) || field.SequenceEqual("parent"u8) || field.SequenceEqual("tree"u8)
        || field.SequenceEqual("paths"u8) || field.SequenceEqual("hostname"u8) || field.SequenceEqual("username"u8)
        || field.SequenceEqual("uid"u8) || field.SequenceEqual("gid"u8) || field.SequenceEqual("excludes"u8)
        || field.SequenceEqual("tags"u8) || field.SequenceEqual("original"u8)
        || field.SequenceEqual("program_version"u8) || field.SequenceEqual("summary"u8);

    /// <summary>Reads it.</summary>
    public Snapshot Read(ref JsonCursor json, SnapshotId id)
    {
        json.BeginObject();
        while (json.NextField())
        {
            if (!TryReadOrigin(ref json) && !TryReadRest(ref json))
            {
                json.SkipValue();
            }
        }

        json.ReadEnd();
        return new Snapshot
        {
            Id = id,
            Time = _time,
            Parent = _parent is Digest parent ? new SnapshotId(parent) : null,
            Tree = _tree is Digest tree ? new BlobId(tree) : throw json.Damaged("it has no tree"),
            Paths = _paths,
            Hostname = _hostname,
            Username = _username,
            Uid = _uid,
            Gid = _gid,
            Excludes = _excludes,
            Tags = _tags,
            Original = _original is Digest original ? new SnapshotId(original) : null,
            ProgramVersion = _programVersion,
            Summary = _summary,
        };
    }

    private static string[] ReadList(ref JsonCursor json)
    {
        var texts = new List<string>();
        if (json.BeginArrayOrNull())
        {
            while (json.NextElement())
            {
                texts.Add(json.CurrentString());
            }
        }

        return texts.ToArray();
    }

    private bool TryReadOrigin(ref JsonCursor json)
    {
        ReadOnlySpan<byte> field = json.FieldName;
        if (field.SequenceEqual("time"u8))
        {
            _time = json.ReadTime();
        }
        else if (field.SequenceEqual("paths"u8))
        {
            _paths = ReadList(ref json);
        }
        else if (field.SequenceEqual("hostname"u8))
        {
            _hostname = json.ReadString();
        }
        else if (field.SequenceEqual("username"u8))
        {
            _username = json.ReadString();
        }
        else if (field.SequenceEqual("uid"u8))
        {
            _uid = json.ReadUInt32();
        }
        else if (field.SequenceEqual("gid"u8))
        {
            _gid = json.ReadUInt32();
        }
        else
        {
            return false;
        }

        return true;
    }

    private bool TryReadRest(ref JsonCursor json)
    {
        ReadOnlySpan<byte> field = json.FieldName;
        if (field.SequenceEqual("parent"u8))
        {
            _parent = json.ReadIdOrNull();
        }
        else if (field.SequenceEqual("tree"u8))
        {
            _tree = json.ReadIdOrNull();
        }
        else if (field.SequenceEqual("excludes"u8))
        {
            _excludes = ReadList(ref json);
        }
        else if (field.SequenceEqual("tags"u8))
        {
            _tags = ReadList(ref json);
        }
        else if (field.SequenceEqual("original"u8))
        {
            _original = json.ReadIdOrNull();
        }
        else if (field.SequenceEqual("program_version"u8))
        {
            _programVersion = json.ReadString();
        }
        else if (field.SequenceEqual("summary"u8))
        {
            _summary = SummaryDocument.Read(ref json);
        }
        else
        {
            return false;
        }

        return true;
    }
}
