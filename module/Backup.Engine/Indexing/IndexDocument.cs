using Backup.Engine.Json;
using Backup.Engine.Packs;

namespace Backup.Engine.Indexing;

/// <summary>The content of an index file.</summary>
/// <remarks>
/// Format: restic design document, «Indexing». restic passes over fields that it does not know, so packs that are marked for
/// removal are where rustic has them, in «packs_to_delete». Who was at work then is in a field of our own.
/// </remarks>
internal static class IndexDocument
{
    /// <summary>Reads an index file.</summary>
    /// <param name="json">The file's content, opened.</param>
    /// <param name="id">Its id, for messages.</param>
    /// <exception cref="RepositoryDamagedException">This is not an index, or an impossible one.</exception>
    public static IndexContents Decode(ReadOnlySpan<byte> json, Digest id = default)
    {
        const int BytesPerBlob = 120; // which one in the middle of a pack has at least, so that the list need not grow
        var contents = new IndexContents(json.Length / BytesPerBlob);
        var cursor = new JsonCursor(json, "index", id);
        cursor.Read();
        if (cursor.IsArray)
        {
            throw cursor.Damaged("it has the format of restic 0.1; let restic 0.16 or older rebuild the index");
        }

        cursor.ExpectObject();
        while (cursor.NextField())
        {
            if (cursor.FieldName.SequenceEqual("packs"u8))
            {
                ReadPacks(ref cursor, contents);
            }
            else if (cursor.FieldName.SequenceEqual("packs_to_delete"u8))
            {
                ReadMarked(ref cursor, contents.Marked);
            }
            else if (cursor.FieldName.SequenceEqual("backup_holders"u8))
            {
                contents.Holders = ReadHolders(ref cursor);
            }
            else if (cursor.FieldName.SequenceEqual("supersedes"u8))
            {
                contents.Supersedes = ReadIds(ref cursor);
            }
            else
            {
                cursor.SkipValue();
            }
        }

        cursor.ReadEnd();
        return contents;
    }

    /// <summary>Writes an index file as restic does.</summary>
    /// <param name="contents">What it says.</param>
    /// <param name="json">Takes the document.</param>
    public static void Encode(IndexContents contents, GoJsonWriter json)
    {
        json.WriteRaw("{"u8);
        for (int i = 0; i < contents.Supersedes.Count; i++)
        {
            json.WriteRaw(i == 0 ? "\"supersedes\":["u8 : ","u8);
            json.WriteId(contents.Supersedes[i]);
            json.WriteRaw(i == contents.Supersedes.Count - 1 ? "],"u8 : default);
        }

        json.WriteRaw("\"packs\":["u8);
        for (int i = 0; i < contents.PackCount; i++)
        {
            json.WriteRaw(i == 0 ? "{\"id\":"u8 : ",{\"id\":"u8);
            json.WriteId(contents.PackAt(i).Hash);
            json.WriteRaw(",\"blobs\":["u8);
            WriteBlobs(contents.BlobsAt(i), json);
            json.WriteRaw("]}"u8);
        }

        json.WriteRaw("]"u8);
        WriteMarked(contents, json);
        json.WriteRaw("}\n"u8);
    }

    /// <summary>The content of an index file that only marks packs.</summary>
    /// <param name="packs">The packs.</param>
    /// <param name="holders">Who was at work when they were marked; null: nobody knows.</param>
    public static byte[] EncodeMarks(IEnumerable<MarkedPack> packs, IReadOnlyList<MarkHolder>? holders)
    {
        var contents = new IndexContents { Holders = holders };
        contents.Marked.AddRange(packs);
        var json = new GoJsonWriter();
        Encode(contents, json);
        return json.Written.ToArray();
    }

    private static void WriteMarked(IndexContents contents, GoJsonWriter json)
    {
        for (int i = 0; i < contents.Marked.Count; i++)
        {
            MarkedPack pack = contents.Marked[i];
            json.WriteRaw(i == 0 ? ",\"packs_to_delete\":[{\"id\":"u8 : ",{\"id\":"u8);
            json.WriteId(pack.Id.Hash);
            json.WriteRaw(",\"blobs\":["u8);
            WriteBlobs(pack.Blobs.ToArray(), json);
            json.WriteRaw("]"u8);
            if (pack.Time is { } time)
            {
                json.WriteRaw(",\"time\":"u8);
                json.WriteTime(time);
            }

            json.WriteRaw(i == contents.Marked.Count - 1 ? "}]"u8 : "}"u8);
        }

        if (contents.Holders is not { } holders)
        {
            return;
        }

        json.WriteRaw(",\"backup_holders\":["u8);
        for (int i = 0; i < holders.Count; i++)
        {
            json.WriteRaw(i == 0 ? "{\"hostname\":"u8 : ",{\"hostname\":"u8);
            json.WriteString(holders[i].Hostname);
            json.WriteRaw(",\"pid\":"u8);
            json.WriteNumber(holders[i].Pid);
            json.WriteRaw("}"u8);
        }

        json.WriteRaw("]"u8);
    }

    private static void WriteBlobs(ReadOnlySpan<PackedBlob> blobs, GoJsonWriter json)
    {
        for (int i = 0; i < blobs.Length; i++)
        {
            ref readonly PackedBlob blob = ref blobs[i];
            json.WriteRaw(i == 0 ? "{\"id\":"u8 : ",{\"id\":"u8);
            json.WriteId(blob.Id.Hash);
            json.WriteRaw(blob.Type == BlobType.Tree ? ",\"type\":\"tree\",\"offset\":"u8 : ",\"type\":\"data\",\"offset\":"u8);
            json.WriteNumber((ulong)blob.Offset);
            json.WriteRaw(",\"length\":"u8);
            json.WriteNumber((ulong)blob.Length);
            if (blob.IsCompressed)
            {
                json.WriteRaw(",\"uncompressed_length\":"u8);
                json.WriteNumber((ulong)blob.UncompressedLength);
            }

            json.WriteRaw("}"u8);
        }
    }

    private static List<Digest> ReadIds(ref JsonCursor cursor)
    {
        var ids = new List<Digest>();
        if (cursor.BeginArrayOrNull())
        {
            while (cursor.NextElement())
            {
                ids.Add(cursor.CurrentId());
            }
        }

        return ids;
    }

    private static void ReadPacks(ref JsonCursor cursor, IndexContents contents)
    {
        if (!cursor.BeginArrayOrNull())
        {
            return;
        }

        while (cursor.NextElement())
        {
            int first = contents.BlobCount;
            contents.AddPack(ReadPack(ref cursor, contents.Blobs, out _), first);
        }
    }

    private static PackId ReadPack(ref JsonCursor cursor, List<PackedBlob> blobs, out Timestamp? time)
    {
        cursor.ExpectObject();
        Digest? id = null;
        time = null;
        while (cursor.NextField())
        {
            if (cursor.FieldName.SequenceEqual("id"u8))
            {
                id = cursor.ReadId();
            }
            else if (cursor.FieldName.SequenceEqual("blobs"u8))
            {
                ReadBlobs(ref cursor, blobs);
            }
            else if (cursor.FieldName.SequenceEqual("time"u8))
            {
                time = cursor.ReadTime();
            }
            else
            {
                cursor.SkipValue();
            }
        }

        return id is { IsZero: false } ? new PackId(id.Value) : throw cursor.Damaged("a pack has no id");
    }

    private static void ReadMarked(ref JsonCursor cursor, List<MarkedPack> marked)
    {
        if (!cursor.BeginArrayOrNull())
        {
            return;
        }

        var blobs = new List<PackedBlob>();
        while (cursor.NextElement())
        {
            blobs.Clear();
            PackId pack = ReadPack(ref cursor, blobs, out Timestamp? time);
            marked.Add(new MarkedPack(pack, time, blobs.ToArray()));
        }
    }

    private static List<MarkHolder> ReadHolders(ref JsonCursor cursor)
    {
        var holders = new List<MarkHolder>();
        if (!cursor.BeginArrayOrNull())
        {
            return holders;
        }

        while (cursor.NextElement())
        {
            cursor.ExpectObject();
            var holder = new MarkHolder("", 0);
            while (cursor.NextField())
            {
                if (cursor.FieldName.SequenceEqual("hostname"u8))
                {
                    holder = holder with { Hostname = cursor.ReadString() };
                }
                else if (cursor.FieldName.SequenceEqual("pid"u8))
                {
                    holder = holder with { Pid = cursor.ReadInt64() };
                }
                else
                {
                    cursor.SkipValue();
                }
            }

            holders.Add(holder);
        }

        return holders;
    }

    private static void ReadBlobs(ref JsonCursor cursor, List<PackedBlob> blobs)
    {
        if (!cursor.BeginArrayOrNull())
        {
            return;
        }

        while (cursor.NextElement())
        {
            blobs.Add(ReadBlob(ref cursor));
        }
    }

    private static PackedBlob ReadBlob(ref JsonCursor cursor)
    {
        cursor.ExpectObject();
        Digest? id = null;
        BlobType? type = null;
        uint offset = 0;
        uint length = 0;
        uint uncompressedLength = 0;
        while (cursor.NextField())
        {
            ReadOnlySpan<byte> field = cursor.FieldName;
            if (field.SequenceEqual("id"u8))
            {
                id = cursor.ReadId();
            }
            else if (field.SequenceEqual("type"u8))
            {
                type = ReadType(ref cursor);
            }
            else if (field.SequenceEqual("offset"u8))
            {
                offset = cursor.ReadUInt32();
            }
            else if (field.SequenceEqual("length"u8))
            {
                length = cursor.ReadUInt32();
            }
            else if (field.SequenceEqual("uncompressed_length"u8))
            {
                uncompressedLength = cursor.ReadUInt32();
            }
            else
            {
                cursor.SkipValue();
            }
        }

        if (id is null || type is null)
        {
            throw cursor.Damaged("a blob has no id or no type");
        }

        if (length < PackedBlob.SealedOverhead || (ulong)offset + length > uint.MaxValue)
        {
            throw cursor.Damaged($"blob {id} can't have {length:N0} bytes at {offset:N0} in its pack");
        }

        return new PackedBlob(type.Value, new BlobId(id.Value), offset, length, uncompressedLength);
    }

    private static BlobType ReadType(ref JsonCursor cursor)
    {
        cursor.Read();
        return cursor.CurrentValueIs("data"u8) ? BlobType.Data
            : cursor.CurrentValueIs("tree"u8) ? BlobType.Tree
            : throw cursor.Damaged("a blob is neither data nor tree");
    }
}
