using Backup.Engine.Json;

namespace Backup.Engine.Snapshots;

/// <summary>The content of a snapshot file.</summary>
/// <remarks>Format: restic design document, «Snapshots». The order of fields is that of restic's <c>Snapshot</c>.</remarks>
internal static class SnapshotDocument
{
    /// <summary>Reads a snapshot.</summary>
    /// <param name="id">Its id, which becomes part of the result.</param>
    /// <param name="json">The file's content, opened.</param>
    /// <exception cref="RepositoryDamagedException">This is not a snapshot.</exception>
    public static Snapshot Decode(SnapshotId id, ReadOnlySpan<byte> json)
    {
        var cursor = new JsonCursor(json, "snapshot", id.Hash);
        return new SnapshotReader().Read(ref cursor, id);
    }

    /// <summary>Writes a snapshot as restic does.</summary>
    /// <param name="snapshot">Its <see cref="Snapshot.Id"/> takes no part: it comes from the bytes.</param>
    /// <param name="original">
    /// The document that this one replaces, if there is one: its fields that we don't know are carried over, after ours.
    /// </param>
    public static byte[] Encode(Snapshot snapshot, ReadOnlySpan<byte> original = default)
    {
        var json = new GoJsonWriter();
        json.WriteRaw("{\"time\":"u8);
        json.WriteTime(snapshot.Time);
        WriteId(json, ",\"parent\":"u8, snapshot.Parent?.Hash);
        WriteId(json, ",\"tree\":"u8, snapshot.Tree.Hash);
        json.WriteRaw(",\"paths\":["u8);
        WriteElements(json, snapshot.Paths);
        WriteText(json, ",\"hostname\":"u8, snapshot.Hostname);
        WriteText(json, ",\"username\":"u8, snapshot.Username);
        WriteNumber(json, ",\"uid\":"u8, snapshot.Uid);
        WriteNumber(json, ",\"gid\":"u8, snapshot.Gid);
        WriteList(json, ",\"excludes\":["u8, snapshot.Excludes);
        WriteList(json, ",\"tags\":["u8, snapshot.Tags);
        WriteId(json, ",\"original\":"u8, snapshot.Original?.Hash);
        WriteText(json, ",\"program_version\":"u8, snapshot.ProgramVersion);
        if (snapshot.Summary is SnapshotSummary summary)
        {
            json.WriteRaw(",\"summary\":"u8);
            SummaryDocument.Write(json, summary);
        }

        WriteUnknownFields(json, original);
        json.WriteRaw("}"u8);
        return json.Written.ToArray();
    }

    private static void WriteUnknownFields(GoJsonWriter json, ReadOnlySpan<byte> original)
    {
        if (original.IsEmpty)
        {
            return;
        }

        var cursor = new JsonCursor(original, "snapshot", default);
        cursor.BeginObject();
        while (cursor.NextField())
        {
            if (SnapshotReader.IsKnown(cursor.FieldName))
            {
                cursor.SkipValue();
                continue;
            }

            json.WriteRaw(","u8);
            json.WriteString(cursor.CurrentFieldName());
            json.WriteRaw(":"u8);
            json.WriteCompacted(cursor.ReadRaw());
        }
    }

    private static void WriteId(GoJsonWriter json, ReadOnlySpan<byte> field, Digest? id)
    {
        if (id is Digest digest)
        {
            json.WriteRaw(field);
            json.WriteId(digest);
        }
    }

    private static void WriteText(GoJsonWriter json, ReadOnlySpan<byte> field, string text)
    {
        if (text.Length != 0)
        {
            json.WriteRaw(field);
            json.WriteString(text);
        }
    }

    private static void WriteNumber(GoJsonWriter json, ReadOnlySpan<byte> field, uint number)
    {
        if (number != 0)
        {
            json.WriteRaw(field);
            json.WriteNumber((ulong)number);
        }
    }

    private static void WriteList(GoJsonWriter json, ReadOnlySpan<byte> fieldAndBracket, IReadOnlyList<string> texts)
    {
        if (texts.Count != 0)
        {
            json.WriteRaw(fieldAndBracket);
            WriteElements(json, texts);
        }
    }

    private static void WriteElements(GoJsonWriter json, IReadOnlyList<string> texts)
    {
        for (int i = 0; i < texts.Count; i++)
        {
            json.WriteRaw(i == 0 ? default : ","u8);
            json.WriteString(texts[i]);
        }

        json.WriteRaw("]"u8);
    }
}
